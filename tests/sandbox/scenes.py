"""A message for each rule that no listed case meets: Claire's ordinary one with these changes."""

from __future__ import annotations

from typing import Any

from tests.sandbox.attempts import ALIX, CLAIRE, HUGO

OBJECTOR = "250139999900527@patient.mssante.fr"
PLATFORM = {
    "from": "noreply@ch-abcd.mssante.fr",
    "from_type": "APP",
    "channel": "application",
    "auth": "client_certificate",
}
PATIENT = {"from": ALIX, "from_type": "patient", "channel": "patient_space", "auth": "password"}
SOFTWARE = {"channel": "business_software", "auth": "token"}
CLIENT = {"channel": "mail_client", "auth": "token"}
PHARMACY = "officine@pharmacie-fictive.mssante.fr"
SHARED = "cardiologie@ch-abcd.mssante.fr"


def holding(name: str = "IHE_XDM.ZIP", size: float = 0.1, **document: Any) -> dict[str, Any]:
    return {"attachments": [{"name": name, "size_mb": size, "document": document}]}


SCENES: dict[str, dict[str, Any]] = {
    "port-inattendu": {**CLIENT, "transport": {"port": 2525}},
    "tls-trop-ancien": {**CLIENT, "transport": {"tls": "tls1_0"}},
    "igc-sante-absente": {**CLIENT, "transport": {"trusts_igc": False}},
    "boite-de-connexion-fermee": {"from": "yann.caradec@ch-abcd.mssante.fr"},
    "compte-inconnu": {"from": "nul@ch-abcd.mssante.fr"},
    "med-non-rattache": {"auth_state": "not_attached"},
    "connexion-manquante": {"auth": "none"},
    "identifiants-pretes": {"auth": "lent_password"},
    "boite-applicative-ouverte-par-une-personne": {**PLATFORM, "channel": "webmail", "auth": "psc"},
    "boite-partagee-non-autorisee": {"acting_as": "urgences@ch-efgh.mssante.fr"},
    "boite-d-autrui": {"acting_as": HUGO},
    "boite-ouverte-introuvable": {"acting_as": "nul@ch-abcd.mssante.fr"},
    "certificat-de-structure-pour-une-personne": {"auth": "client_certificate"},
    "logiciel-de-courriel-par-mot-de-passe": {**CLIENT, "auth": "password"},
    "messagerie-patient-seulement": {"channel": "patient_space"},
    "numero-peut-etre-reel": {"subject": "2 79 05 99 999 012"},
    "correspondant-en-liste-rouge": {"to": [], "context": {"unlisted_lookup": True}},
    "domaine-non-inscrit": {"to": ["x@ch-ferme.mssante.fr"]},
    "certificat-de-l-emetteur": {"from": "test@sans-tls.operateur-fictif.mssante.fr"},
    "certificat-expire": {"to": ["test@cert-expire.operateur-fictif.mssante.fr"]},
    "emetteur-tout-neuf": {"from": "service@nouveau-ch.mssante.fr", "from_type": "ORG"},
    "boite-fermee": {"to": ["yann.caradec@ch-abcd.mssante.fr"]},
    "boite-pleine": {"to": ["boite.pleine@ch-efgh.mssante.fr"]},
    "taille-emetteur": holding("a.pdf", 20),
    "taille-emetteur-incertaine": {**PATIENT, **holding("a.pdf", 20), "to": [PHARMACY]},
    "ancienne-application-taille": {"channel": "legacy_app", **holding("a.pdf", 11)},
    "programme-joint": holding("a.exe"),
    "imagerie-lourde": holding("a.dcm"),
    "envoi-en-nombre": {"context": {"bulk_count": 300}},
    "expediteur-usurpe": {"headers": {"From": f"Hugo <{HUGO}>"}},
    "corps-html-seul": {"body_format": "html_only"},
    "libelle-d-emetteur-absent": {"headers": {"From": CLAIRE}},
    "libelle-d-emetteur-autre": {"headers": {"From": f"Hugo Leroy <{CLAIRE}>"}},
    "expediteur-montre-la-personne": {"acting_as": SHARED, "headers": {"From": f"Claire Durand <{CLAIRE}>"}},
    "accuse-sans-en-tete": {"mdn_requested": True, "headers": {"Disposition-Notification-To": None}},
    "cda-hors-archive": holding("cr.xml", kind="cda"),
    "archive-sans-cda": holding(kind="xdm", cda_count=0),
    "archive-sans-pdf": holding(kind="xdm"),
    "metadonnees-sans-patient": holding(kind="xdm", ins="no_metadata"),
    "identite-non-qualifiee-sans-logiciel": {"to": [ALIX], "context": {"ins_qualified": False}},
    "adresse-patient-saisie-dans-le-logiciel": {**SOFTWARE, "to": [ALIX], "context": {"ins_hand_typed": True}},
    "adresse-patient-saisie": {"to": [ALIX], "context": {"ins_hand_typed": True}},
    "dmp-sans-ins-qualifiee": {**SOFTWARE, **holding(kind="xdm", dmp=True), "context": {"ins_qualified": False}},
    "opposition-envoi-automatique": {**PLATFORM, "to": [OBJECTOR]},
    "opposition-non-vue": {"to": [OBJECTOR]},
    "document-masque-aux-professionnels": {**PLATFORM, **holding(kind="xdm", masque_ps=True)},
    "visibilite-sans-ligne": {**PLATFORM, **holding(kind="xdm", dmp=True), "to": [ALIX]},
    "visibilite-non-lue": holding(kind="xdm", masque_ps=True),
    "patient-messagerie-fermee": {"to": ["100139999900109@patient.mssante.fr"]},
    "numero-de-l-assure": {"to": [ALIX], "context": {"ins_of": "insured"}},
    "numero-du-parent": {"to": [ALIX], "context": {"ins_of": "parent"}},
    "fin-mal-ecrite": {"to": [ALIX], "subject": "[fin]"},
    "fin-par-l-en-tete": {"to": [ALIX], "headers": {"X-MSS-MES": "FIN"}},
    "espace-du-patient-ferme": {**PATIENT, "from": "100139999900109@patient.mssante.fr"},
    "patient-vers-patient": {**PATIENT, "to": [OBJECTOR]},
    "patient-vers-un-logiciel": {**PATIENT, "to": ["noreply@ch-abcd.mssante.fr"]},
    "pharmacie-jamais-frequentee": {**PATIENT, "to": [PHARMACY], "context": {"pharmacy_known": False}},
    "pharmacie-non-publiee": {**PATIENT, "to": [PHARMACY], "context": {"pharmacy_published": False}},
    "aucun-logiciel-n-integre": {
        **holding(kind="xdm"),
        "to": ["dpi@ch-efgh.mssante.fr"],
        "context": {"recipient_software": "none"},
    },
    "integration-code-901": {**holding(kind="xdm", replaces="not_author"), "to": ["dpi@ch-efgh.mssante.fr"]},
    "accuse-de-lecture": {"mdn_requested": True, "context": {"mdn_reply": "accept"}},
    "accuse-de-lecture-attendu": {"mdn_requested": True},
    "accuse-de-lecture-du-patient": {"mdn_requested": True, "to": [ALIX]},
    "reponse-d-absence": {"context": {"recipient_auto_reply": True}},
    "plus-que-necessaire": {"context": {"strictly_necessary": False}},
    "message-de-service-en-nominatif": {"context": {"org_message_from_per": True}},
    "reponse-dirigee-dehors": {"headers": {"Reply-To": "claire@courriel-perso.example"}},
    "homonyme": {"context": {"homonym": True}},
    "plusieurs-personnes-dans-un-message": holding("a.pdf", patients=["patient-1", "patient-2"]),
    "numero-dans-l-objet": {"subject": "2 79 13 99 999 012"},
    "transfert-de-boite-nominative": {"channel": "forward_rule", "auth": "none"},
}
