"""Messages that the conformance checks file; each one shows something that servers get wrong."""

from __future__ import annotations

import base64


def _lines(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


PLAIN = _lines(
    """Date: Mon, 16 Nov 2026 10:00:00 +0100
From: "Claire Durand" <claire@hopital.example>
Sender: secretariat@hopital.example
Reply-To: Service <service@hopital.example>
To: hugo@cabinet.example, "Moreau, Ines" <ines@cabinet.example>
Cc: =?utf-8?q?L=C3=A9a?= <lea@cabinet.example>
Bcc: cache@cabinet.example
Subject: Avis sur un =?utf-8?b?YmlsYW4gcsOpbmFs?=
Message-ID: <un@hopital.example>
In-Reply-To: <zero@cabinet.example>
X-Essai: premier
X-Essai: second
X-Plie: une valeur
\tsur deux lignes
Content-Type: text/plain; charset=us-ascii

Bonjour,
voici la kalitemie.
"""
)

ACCENTS = _lines(
    """Date: Tue, 17 Nov 2026 23:30:00 -0500
From: =?utf-8?q?H=C3=A9l=C3=A8ne?= <helene@cabinet.example>
To: claire@hopital.example
Subject: =?utf-8?q?Compte_rendu_d=27h=C3=A9moglobine?=
Message-ID: <accents@cabinet.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Le r=E9sultat est sup=E9rieur =E0 la normale.
"""
)

INNER = _lines(
    """Date: Wed, 18 Nov 2026 08:00:00 +0100
From: labo@resultats.example
To: claire@hopital.example
Subject: Joint
Message-ID: <joint@resultats.example>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=dedans

--dedans
Content-Type: text/plain

texte joint
--dedans
Content-Type: text/html

<p>texte joint</p>
--dedans--
"""
)

PDF = base64.encodebytes(b"%PDF-1.4 un document qui n'en est pas un " * 20).replace(b"\n", b"\r\n")

NESTED = (
    _lines(
        """Date: Thu, 19 Nov 2026 09:15:00 +0100
From: claire@hopital.example
To: hugo@cabinet.example
Subject: Plusieurs parties
Message-ID: <parties@hopital.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="dehors"

Avant la premiere partie.
--dehors
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit
Content-ID: <texte@hopital.example>
Content-Description: le texte
Content-Language: fr

Voici les pièces.

--dehors
Content-Type: application/pdf; name="bilan.pdf"
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="bilan.pdf"

"""
    )
    + PDF
    + _lines(
        """--dehors
Content-Type: message/rfc822

"""
    )
    + INNER
    + _lines(
        """
--dehors--
Apres la derniere.
"""
    )
)

BARE = _lines(
    """From: claire@hopital.example
Subject: Sans corps

"""
)


def numbered(number: int) -> bytes:
    """One of many."""
    return _lines(
        f"""Date: Fri, 20 Nov 2026 10:{number % 60:02d}:00 +0100
From: auteur{number}@hopital.example
To: hugo@cabinet.example
Subject: Message {number}
Message-ID: <{number}@hopital.example>

Texte du message {number}.
"""
    )
