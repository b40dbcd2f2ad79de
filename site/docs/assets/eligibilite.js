/* The wizard of the guide: walks window.MSSANTE_TREE (eligibility/browser.py). It holds no rule and sends
   nothing. A classic script, since modules and fetch fail on file://. */
(function () {
  "use strict";
  const T = window.MSSANTE_TREE;
  if (!T) return;

  // The tree

  /* Same as knowledge.naming.fold. */
  const fold = (text) =>
    text.toLowerCase().replace(/[’‘`]/g, " ").replace(/œ/g, "oe").replace(/æ/g, "ae").replace(/·/g, "").replace(/\+/g, " plus")
      .normalize("NFKD").replace(/[^\x00-\x7f]/g, "").replace(/[^a-z0-9]+/g, " ").trim();

  const entries = (columns) =>
    columns.label.map((label, i) => {
      const entry = {};
      for (const key in columns) if (columns[key][i] !== 0) entry[key] = columns[key][i];
      entry.id = entry.id || fold(label).replace(/ /g, "-");
      return entry;
    });
  const byId = (list) => new Map(list.map((e) => [e.id, e]));
  const professions = entries(T.professions), structures = entries(T.structures), vague = entries(T.vague);
  const PEOPLE = byId(professions), PLACES = byId(structures);
  const FACTS = Object.keys(T.facts), UNKNOWN = "unknown";
  const optionsOf = (fact) => T.facts[fact].options || [];
  /* What is offered for a fact; structures are only examples, any other may be named. */
  const offered = (fact) => [...optionsOf(fact), ...(T.facts[fact].examples || []).map((i) => ({ value: structures[i].id, label: upper(structures[i].label) }))];
  const labelOf = (fact, value) =>
    ((fact === "profession" && PEOPLE.get(value)) || (fact === "employer" && PLACES.get(value)) ||
      optionsOf(fact).find((o) => o.value === value) || { label: "Je ne sais pas" }).label;
  const upper = (text) => text.charAt(0).toUpperCase() + text.slice(1);
  const say = (id, parts) => T.wording[id].replace(/\{(\w+)\}/g, (_, name) => parts[name]);
  const lower = (text) => (/^.\p{Lu}/u.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1));
  const unique = (list) => [...new Set(list)];
  const has = (value) => value !== undefined;

  // Answers: checked as eligibility.answers.read_answers does

  function read(given, about) {
    const answers = {};
    for (const fact in given) {
      if (!FACTS.includes(fact)) throw new Error(`Fait inconnu « ${fact} ».`);
      const raw = given[fact], many = T.facts[fact].many;
      const parts = raw == null ? [] : Array.isArray(raw) ? raw : many ? String(raw).split(",") : [String(raw)];
      const values = unique(parts.map((v) => v.trim()).filter(Boolean));
      const known = fact === "profession" ? PEOPLE : fact === "employer" ? PLACES : null;
      for (const v of values)
        if (known ? v !== UNKNOWN && !known.has(v) : !optionsOf(fact).some((o) => o.value === v))
          throw new Error(`Valeur inconnue « ${v} » pour « ${fact} ».`);
      if (values.length > 1 && !many) throw new Error(`Une seule réponse est possible pour « ${fact} ».`);
      if (values.length) answers[fact] = many ? values : values[0];
    }
    const place = PLACES.get(answers.employer);
    if (place && (answers.kind || place.kind) !== place.kind)
      throw new Error(`La catégorie « ${answers.kind} » ne va pas avec « ${answers.employer} ».`);
    if (about && !T.about.sides.includes(about) && about !== "both") throw new Error(`« ${about} » inattendu.`);
    let sides = 0;
    for (const fact in answers) sides |= T.about.facts[fact] || 0;
    for (const need of answers.need || []) sides |= T.about.needs[need] || 0;
    answers.about = about || T.about.sides[sides];
    return answers;
  }

  // The verdict: four look-ups

  const nth = (fact, value) => 1 + optionsOf(fact).findIndex((o) => o.value === value);
  const tables = T.tables, EMPLOYERS = tables.signatures[0].length;

  function personOf(a) {
    const care = nth("care", a.care), rpps = nth("rpps", a.rpps), width = optionsOf("rpps").length + 1;
    const found = (a.profession || [undefined]).map((id) => {
      const profession = PEOPLE.get(id), stated = PLACES.get(a.employer);
      const employer = has(a.employer) ? stated : profession && PLACES.get(profession.employer);
      const signature = profession ? profession.signature : has(id) ? 1 : 0;
      const column = stated ? stated.effect : has(a.employer) ? 1 : 0;
      const [ranks, ...profile] = tables.profiles[tables.signatures[signature][column]], i = care * width + rpps;
      const [cell, sway, ask, ...why] = tables.points[profile[i]], rank = tables.ranks[ranks][i];
      const [row, near, ...values] = tables.cells[cell];
      return { profession, employer, effect: employer ? employer.effect : column, sway, ask, why, row, near, rank, values };
    });
    return found.reduce((best, p) => (p.rank < best.rank ? p : best));
  }

  function structureOf(a, person) {
    const place = PLACES.get(a.employer) || (person && !a.kind && person.employer);
    const column = place ? place.effect : a.kind ? EMPLOYERS + nth("kind", a.kind) - 1 : has(a.employer) ? 1 : 0;
    const { intro, points } = tables.structure[column];
    const i = nth("habil", a.habil) * (optionsOf("ident").length + 1) + nth("ident", a.ident);
    const [cell, variant, ask, ...why] = tables.structure_points[points[person ? person.sway : 0][i]];
    const [row, near, ...values] = tables.structure_cells[cell];
    return { place, variant, ask, why: [...(intro || []), ...why], row, near, values };
  }

  function decide(a) {
    const person = a.about === "structure" ? null : personOf(a);
    const structure = a.about === "person" ? null : structureOf(a, person);
    let number, boxes = { rows: [], why: [] };
    if (structure) {
      const mask = (a.need || []).reduce((bits, need) => bits | (1 << (nth("need", need) - 1)), 0);
      const pick = (cell) => (Array.isArray(cell) ? cell[tables.needs[mask]] : cell);
      number = pick(tables.duo[person ? person.row : ""][structure.variant]);
      boxes = { ...boxes, ...tables.box_sets[pick(tables.boxes[structure.variant])] };
    } else number = tables.solo[person.row][person.effect];
    const [nominative, org_access, structure_boxes, wanted, conditions, more, after] = tables.finals[number];
    const rows = [...[person, structure].filter(Boolean).map((side) => side.row), ...more];
    const fact = tables.asks[person ? person.ask : 0][structure ? structure.ask : 0];
    const asks =
      fact === "" ? null
      : fact === "more" ? { fact: "profession", question: person.profession.more, options: [] }
      : { fact, question: T.facts[fact].question, options: offered(fact) };
    return {
      verdict: { nominative, org_access, structure_boxes, boxes: wanted, conditions, rows },
      person, structure, boxes, asks, after,
    };
  }

  window.mssanteDecide = (facts, about) => {
    const found = decide(read(facts, about));
    const options = (o) => o.map(({ value, label }) => ({ value, label }));
    return { ...found.verdict, asks: found.asks && { ...found.asks, options: options(found.asks.options) } };
  };

  // The explanation

  function explain(a) {
    const found = decide(a), { person, structure, boxes, verdict } = found;
    const profession = person && person.profession;
    const employer = (structure && structure.place) || (person && person.employer);
    const reasons = [
      ...(person ? person.why : []), ...(structure ? structure.why : []), ...found.after, ...boxes.why,
    ].map((n) => {
      const [text, ...basis] = T.reasons[n];
      const own = { "{p}": profession && profession.basis, "{e}": employer && employer.basis };
      return {
        text: text.replace(/([xX])\{([pe])\}/, (_, x, who) => {
          const { label } = who === "p" ? profession : employer;
          return x === "X" ? upper(label) : label;
        }),
        basis: unique(basis.flatMap((ref) => (ref in own ? own[ref] || [] : [ref]))),
      };
    });
    const rows = [...verdict.rows, ...boxes.rows].map((id) => T.rows[id]);
    const place = structure && structure.place;
    const all = (key) => unique([...rows, profession, place].flatMap((e) => (e && e[key]) || []));
    const basis = unique([...reasons, ...rows].flatMap((e) => e.basis || []));
    const open = all("open");
    const names = [...verdict.conditions.map((c) => T.conditions[c]), ...open.map((o) => T.ambiguities[o])];
    return {
      ...found, reasons, open,
      near: [...nearOf(person, ["quality", "care", "rpps"]), ...nearOf(structure, ["kind", "habil", "ident"])],
      contacts: unique(names.flatMap((e) => e.contacts || [])).map((c) => T.contacts[c]),
      sources: sourcesOf([...basis.flatMap((ref) => T.basis[ref].cites || []), ...all("cites")]),
    };
  }

  function nearOf(side, facts) {
    if (!side) return [];
    const label = (i) => facts[i] === "quality"
      ? T.qualities[side.values[i]] : optionsOf(facts[i]).find((o) => o.value === side.values[i]).label;
    const here = (i) => side.values[i] === UNKNOWN ? T.wording["near.not_stated"] : say("near.found", { answer: label(i) });
    return T.near[side.near].map(([row, ...lacking]) => ({
      row,
      text: say("near.row", { label: T.rows[row].label, row, lacks: lacking.map((i) => T.lacks[row][facts[i]] + here(i)).join(" ; ") }),
    }));
  }

  /* One line a source, its places joined and without repeats, as Base.resolve. */
  function sourcesOf(cites) {
    const places = new Map();
    for (const n of unique(cites)) {
      const [source, at] = T.cites[n];
      const known = places.get(source) || [];
      places.set(source, !at || known.some((k) => k.includes(at)) ? known : [...known.filter((k) => !at.includes(k)), at]);
    }
    return [...places].map(([source, at]) => ({ ...T.sources[source], locator: at.join(" ; ") }));
  }

  // Other answers: each tried through the same look-ups

  const ASKED = ["nominative", "org_access", "structure_boxes"], RANK = { no: 0, depends: 1, yes: 2 };
  const openOf = (a) => [
    ...(a.about === "structure" ? [] : T.open.person), ...(a.about === "person" ? [] : T.open.structure),
  ];
  const outcome = (v) => JSON.stringify([...ASKED.map((q) => v[q]), v.boxes]);
  const known = (fact) => optionsOf(fact).map((o) => o.value).filter((v) => v !== UNKNOWN);
  const examples = () => T.examples.map((i) => structures[i]);

  function possible(a) {
    if (a.about !== "structure" && !a.profession) return [];
    const { asks } = decide(a);
    let worlds = asks && asks.fact === "employer" ? examples().map((e) => ({ ...a, employer: e.id })) : [a];
    for (const fact of openOf(a))
      if (!has(a[fact]) || a[fact] === UNKNOWN) worlds = worlds.flatMap((w) => known(fact).map((v) => ({ ...w, [fact]: v })));
    const found = new Map();
    for (const w of worlds) {
      const { verdict } = decide(w);
      if (!found.has(outcome(verdict))) found.set(outcome(verdict), verdict);
    }
    return [...found.values()];
  }
  const remaining = (a) => {
    const doubtful = FACTS.some((f) => has(a[f]) && String(a[f]) === UNKNOWN), found = doubtful ? possible(a) : [];
    return found.length > 1 ? found : [];
  };

  /* How favourable a verdict is, question after question, then by the boxes to ask for. */
  const favour = (v) => [...ASKED.map((q) => RANK[v[q]] || 0), (v.boxes || []).length];
  const compare = (v, w) => favour(v).map((x, i) => x - favour(w)[i]).find(Boolean) || 0;

  /* Every single answer that would change the verdict, by verdict, most favourable first (eligibility.whatif). */
  function changes(a) {
    const now = decide(a).verdict, found = new Map(), given = PLACES.get(a.employer);
    const others = (fact) => fact !== "employer" ? optionsOf(fact).map((o) => o.value).filter((v) => String(a[fact]) !== v)
      : [...examples().filter((e) => !given || e.effect !== given.effect).map((e) => e.id), UNKNOWN].filter((v) => v !== a.employer);
    for (const fact of T.changed[a.about])
      for (const value of others(fact)) {
        const world = { ...a, [fact]: fact === "need" ? [value] : value };
        if (fact === "employer" && value !== UNKNOWN) delete world.kind;
        const { verdict } = decide(world), key = outcome(verdict);
        if (key === outcome(now)) continue;
        if (!found.has(key)) found.set(key, { verdict, side: compare(verdict, now), changes: [] });
        found.get(key).changes.push({ fact, value, text: changeText(fact, value), world });
      }
    return [...found.values()].sort((x, y) => compare(y.verdict, x.verdict));
  }
  function changeText(fact, value) {
    const place = fact === "employer" && PLACES.get(value);
    const alike = place ? structures.filter((e) => e.effect === place.effect).map((e) => lower(e.label)) : [];
    const said = alike.length > 1 ? say("whatif.employer", { names: alike.slice(0, 3).join(", ") }) : alike[0] || lower(labelOf(fact, value));
    return say("whatif.change", { fact: upper(T.facts[fact].label), answer: said });
  }

  // Names: as eligibility.lookup

  const LIKELY = 0.72, SHORT = 4;
  const owners = { profession: new Map(), employer: new Map() };
  const sound = (form) => form.replace(/ph/g, "f").replace(/h/g, "").replace(/y/g, "i").replace(/(.)\1/g, "$1");
  const rank = (list) => {
    const labels = list.map((e) => ` ${fold(e.label)} `);
    list.forEach((e, i) => { e.general = 0.002 * Math.min(labels.filter((l) => l.includes(labels[i])).length - 1, 8); });
  };
  const enrol = (fact, list, isVague) => {
    for (const entry of list)
      for (const form of unique([fold(entry.label), ...(entry.names || "").split("|"), isVague ? "" : fold(entry.id)]))
        if (form) owners[fact].set(form, [...(owners[fact].get(form) || []), { entry, isVague }]);
  };
  rank([...professions, ...vague]);
  rank(structures);
  enrol("profession", professions, false);
  enrol("profession", vague, true);
  enrol("employer", structures, false);

  /* Damerau-Levenshtein distance without restriction (Lowrance and Wagner). */
  function distance(a, b) {
    const n = a.length, m = b.length, width = m + 2, far = n + m, last = {};
    const d = new Array((n + 2) * width).fill(0);
    d[0] = far;
    for (let i = 0; i <= n; i++) { d[(i + 1) * width] = far; d[(i + 1) * width + 1] = i; }
    for (let j = 0; j <= m; j++) { d[j + 1] = far; d[width + j + 1] = j; }
    for (let i = 1; i <= n; i++) {
      let seen = 0;
      for (let j = 1; j <= m; j++) {
        const k = last[b[j - 1]] || 0, l = seen, same = a[i - 1] === b[j - 1];
        if (same) seen = j;
        d[(i + 1) * width + j + 1] = Math.min(
          d[i * width + j] + (same ? 0 : 1), d[(i + 1) * width + j] + 1, d[i * width + j + 1] + 1,
          d[k * width + l] + (i - k - 1) + 1 + (j - l - 1)
        );
      }
      last[a[i - 1]] = i;
    }
    return d[(n + 1) * width + m + 1];
  }

  function find(fact, typed, limit) {
    const wanted = fold(typed), words = wanted.split(" "), found = new Map(), near = [];
    if (!wanted) return [];
    const heard = sound(wanted), byEar = heard.length >= SHORT;
    const add = (form, base, byRank) => {
      for (const owner of owners[fact].get(form)) {
        const best = found.get(owner.entry), score = base + (byRank ? owner.entry.general : 0);
        if (!best || best.score < score) found.set(owner.entry, { ...owner, score });
      }
    };
    for (const form of owners[fact].keys()) {
      const longest = Math.max(form.length, wanted.length), parts = form.split(" ");
      if (form === wanted) add(form, 1);
      else if (byEar && sound(form) === heard) add(form, 0.97);
      else if (wanted.length >= 3 && form.startsWith(wanted)) add(form, 0.95 - 0.001 * form.length, true);
      else if (byEar && sound(form).startsWith(heard)) add(form, 0.94 - 0.001 * form.length, true);
      else if (words.every((w) => w.length >= 3 && parts.some((p) => p.startsWith(w)))) add(form, 0.9 - 0.001 * form.length, true);
      else if (form.length > SHORT && ` ${wanted} `.includes(` ${form} `)) add(form, 0.88 + 0.001 * form.length);
      if (wanted.length > SHORT && Math.abs(form.length - wanted.length) <= longest * (1 - LIKELY)) {
        const score = 1 - distance(wanted, form) / longest;
        if (score >= LIKELY) near.push({ form, score });
      }
    }
    near.sort((x, y) => y.score - x.score);
    for (const { form, score } of near.slice(0, limit * 2)) if (form.length > SHORT) add(form, Math.min(score, 0.94));
    return [...found.values()].sort((x, y) => y.score - x.score || (x.entry.label < y.entry.label ? -1 : 1)).slice(0, limit);
  }

  /* What was typed, as choices: {exact id, vague question, choices}. */
  function search(fact, typed) {
    const matches = find(fact, typed, 8), exact = matches.filter((m) => m.score === 1);
    const sure = exact.length === 1 && !exact[0].isVague ? exact[0].entry.id : "";
    const term = (exact.length ? exact : matches).find((m) => m.isVague);
    const listed = exact.length && !sure ? exact : matches;
    const choices = listed.flatMap((m) => (m.isVague ? m.entry.choices.map((i) => professions[i]) : [m.entry]));
    return { sure, question: sure || !term ? "" : term.entry.question, choices: unique(choices).slice(0, 10) };
  }

  window.mssanteExplain = (facts, about) => {
    const a = read(facts, about);
    return { ...explain(a), possible: remaining(a), changes: changes(a) };
  };
  window.mssanteSearch = search;

  // The page

  const SAY = {
    next: "Continuer", back: "Retour", restart: "Recommencer", unknown: "Je ne sais pas", change: "Modifier",
    examples: {
      profession: "Par exemple : infirmière, kiné, assistante sociale, secrétaire médicale, interne. Les fautes de frappe sont tolérées. N’écrivez aucun nom ni donnée de patient.",
      employer: "Par exemple : hôpital, EHPAD, cabinet, officine, DAC, CPTS. Les fautes de frappe sont tolérées.",
    },
    name: { profession: "Votre métier ou votre situation", employer: "Type de structure" },
    empty: "Écrivez un nom, ou choisissez « Je ne sais pas ».", choose: "Choisissez une réponse.",
    pick: "Choisissez dans la liste.", meant: "Vouliez-vous dire…",
    vague: "La réponse donnée ne suffit pas à trancher : précisez le type d’établissement ou de service.",
    refused: "Une réponse de ce lien n’est pas reconnue. Reprenons du début.",
  };
  const typo = (text) => text.replace(/ ([:;?!»])/g, "\u00a0$1").replace(/([«§]) /g, "$1\u00a0");
  const day = (iso) => iso.split("-").reverse().join("/");

  function el(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {}))
      if (typeof value === "function") node.addEventListener(name, value);
      else if (value !== false && value != null) node.setAttribute(name, value === true ? "" : value);
    node.append(...children.flat().filter(Boolean).map((c) => (typeof c === "string" ? typo(c) : c)));
    return node;
  }
  const list = (items, kind) => el(kind || "ul", { class: "wz-list" }, items.map((i) => (i.nodeName === "LI" ? i : el("li", {}, i))));

  function mount(root) {
    if (root.dataset.mounted) return;
    root.dataset.mounted = "yes";
    root.classList.add("wz");
    const mode = root.dataset.mode === "box" ? "box" : "eligibility", base = root.dataset.root || "../";
    const title = document.title, memory = {}, trail = [location.hash];
    let state = parse(location.hash) || { facts: {} };
    const live = el("p", { class: "wz-hidden", role: "status", "aria-live": "polite" });
    const panel = el("div", { class: "wz-panel" });

    // Where we are: everything is in the fragment

    function parse(hash) {
      const given = [...new URLSearchParams(hash.slice(1))].filter(([k]) => FACTS.includes(k) || k === "about" || k === "change");
      if (!given.length) return hash.length > 1 ? null : { facts: {} };
      const { about, change, ...facts } = Object.fromEntries(given);
      try {
        read(facts, about);
        return { facts, about, change: FACTS.includes(change) ? change : undefined };
      } catch {
        return { facts: {}, refused: true };
      }
    }
    const hashOf = ({ facts, about, change }) =>
      "#" + Object.entries({ ...facts, about, change }).filter(([, v]) => v)
        .map(([k, v]) => `${k}=${encodeURIComponent(v).replace(/%2C/g, ",")}`).join("&");
    function go(next) {
      const hash = hashOf(next);
      if (hash !== (location.hash || "#")) {
        location.hash = hash;
        trail.push(location.hash);
      }
      show(next);
    }
    function answer(fact, value) {
      const facts = { ...state.facts }, next = { facts, about: state.about };
      delete facts[fact];
      facts[fact] = memory[fact] = value;
      if (fact === "employer") delete facts.kind;
      if (fact === "kind" && facts.employer !== UNKNOWN) delete facts.employer;
      // In « Quelle boîte ? », one who cannot say what for still asks about the structure.
      if (mode === "box" && fact === "need") next.about = value === UNKNOWN ? "structure" : undefined;
      go(next);
    }
    function back() {
      if (trail.length > 1) return history.back();
      const facts = { ...state.facts }, last = Object.keys(facts).pop();
      if (!state.change && last) delete facts[last];
      const hash = hashOf({ facts, about: Object.keys(facts).length ? state.about : undefined });
      trail.length = 0;
      location.replace(hash);
    }
    window.addEventListener("hashchange", () => {
      if (!root.isConnected) return;
      const next = parse(location.hash);
      if (!next) return; // an anchor of the page, not an answer
      if (trail[trail.length - 1] === location.hash && hashOf(next) === hashOf(state)) return;
      if (trail[trail.length - 2] === location.hash) trail.pop();
      else if (trail[trail.length - 1] !== location.hash) trail.push(location.hash);
      show(next);
    });
    function show(next) {
      state = next;
      Object.assign(memory, next.facts);
      render();
      const heading = panel.querySelector("h2");
      heading.focus({ preventScroll: true });
      if (root.getBoundingClientRect().top < 0 || root.getBoundingClientRect().top > innerHeight / 2) root.scrollIntoView();
      document.title = `${heading.textContent} · ${title}`;
    }

    // Which screen

    function render() {
      const { facts, about, change } = state;
      if (change) return question(change, T.facts[change].question);
      const started = Object.keys(facts).length || about, a = read(facts, about);
      if (mode === "box") {
        if (!facts.employer && !facts.kind) return question("employer", T.facts.employer.question);
        if (facts.employer === UNKNOWN && !facts.kind) return question("kind", T.facts.kind.question);
        if (!facts.need) return question("need", T.facts.need.question);
      } else if (!started) return question("profession", T.facts.profession.question);
      if (a.about !== "person" && facts.employer === UNKNOWN && !facts.kind) return question("kind", T.facts.kind.question);
      const { asks } = decide(a);
      if (asks && unanswered(a, asks)) return question(asks.fact, asks.question);
      return result(a);
    }
    const unanswered = (a, asks) => !has(a[asks.fact]) || (asks.fact === "employer" && a.employer !== UNKNOWN);

    /* The longest way to the verdict from these answers, in questions. */
    function longest(a) {
      const { asks } = decide(a);
      if (!asks || has(a[asks.fact]) || asks.fact === "profession") return asks && asks.fact === "profession" && !a.profession ? NaN : 0;
      const values = asks.fact === "employer" ? T.examples.map((i) => structures[i].id) : optionsOf(asks.fact).map((o) => o.value);
      return 1 + Math.max(...values.map((v) => longest({ ...a, [asks.fact]: v })));
    }
    function progress(fact) {
      const done = Object.keys(state.facts).filter((f) => f !== fact).length;
      if (state.change) return [];
      const a = read(state.facts, state.about), rest = Math.max(longest(a) - 1, 0);
      const text = `Question ${done + 1}` + (rest > 0 ? `, encore ${rest} au plus ensuite` : rest === 0 && done ? ", la dernière" : "");
      live.textContent = text;
      return [
        el("p", { class: "wz-progress" }, el("span", {}, text), Number.isNaN(rest) ? "" :
          el("progress", { max: done + 1 + rest, value: done, "aria-label": "Avancement" })),
      ];
    }

    // A question

    function question(fact, text) {
      const given = memory[fact], named = fact === "profession" || fact === "employer";
      const heading = el("h2", { id: "wz-title", tabindex: "-1" }, text);
      // In « Quelle boîte ? » the structure is the subject, not an employer that opens a letter.
      const why = mode === "box" && fact === "employer" ? "" : T.facts[fact].why;
      const first = !Object.keys(state.facts).length && !state.about && !state.change;
      panel.replaceChildren(
        ...progress(fact), heading,
        ...(state.refused ? [note(SAY.refused, "error")] : []),
        ...(why ? [el("p", { class: "wz-soft" }, why)] : []),
        ...(fact === "employer" && state.facts.employer && state.facts.employer !== UNKNOWN && !state.change ? [note(SAY.vague)] : []),
        named ? nameForm(fact, given) : choiceForm(fact, given),
        ...(first ? starts() : []),
        ...answers()
      );
    }
    const note = (text, kind) => el("p", { class: `wz-note ${kind || ""}`, role: kind === "error" ? "alert" : null }, text);
    const button = (text, click, kind) => el("button", { type: "button", class: kind || "wz-second", click }, text);
    const link = (text, next, hidden) => el("a", { href: hashOf(next) }, text, hidden ? el("span", { class: "wz-hidden" }, hidden) : "");
    const actions = (submit, ...more) => {
      const some = Object.keys(state.facts).length || state.about || state.change;
      return el("div", { class: "wz-actions" }, submit, ...more,
        some && button(SAY.back, back), some && button(SAY.restart, () => go({ facts: {} })));
    };

    function choiceForm(fact, given) {
      const { options, many } = T.facts[fact], chosen = (given || "").split(",");
      const form = el("form", { novalidate: true },
        el("fieldset", { "aria-labelledby": "wz-title" },
          many ? el("p", { class: "wz-soft" }, "Plusieurs réponses possibles.") : "",
          options.map((o) => el("label", { class: "wz-choice" },
            el("input", { type: many ? "checkbox" : "radio", name: fact, value: o.value, checked: chosen.includes(o.value) }),
            el("span", {}, o.label, o.help ? el("span", { class: "wz-soft" }, o.help) : "")))),
        el("div", { class: "wz-error" }), actions(el("button", { class: "wz-main" }, SAY.next)));
      form.addEventListener("change", ({ target }) => {
        if (!many || !target.checked) return;
        for (const box of form.elements) // « je ne sais pas » stands alone
          if (box.type === "checkbox" && (box.value === UNKNOWN) !== (target.value === UNKNOWN)) box.checked = false;
      });
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const values = [...form.elements].filter((i) => i.checked).map((i) => i.value);
        if (values.length) answer(fact, values.join(","));
        else form.querySelector(".wz-error").replaceChildren(note(SAY.choose, "error"));
      });
      return form;
    }

    function nameForm(fact, given) {
      const known = fact === "profession" ? PEOPLE : PLACES, before = known.get(given);
      const input = el("input", {
        type: "text", id: "wz-name", maxlength: "120", autocomplete: "off", autocapitalize: "none", spellcheck: "false",
        "aria-describedby": "wz-help", value: before ? upper(before.label) : "",
      });
      const error = el("div", { class: "wz-error" }), choices = el("div", { class: "wz-found" });
      const form = el("form", { novalidate: true },
        el("label", { for: "wz-name" }, SAY.name[fact]), input,
        el("p", { id: "wz-help", class: "wz-soft" }, SAY.examples[fact]), error, choices,
        actions(el("button", { class: "wz-main" }, SAY.next), button(SAY.unknown, () => answer(fact, UNKNOWN))));
      let found = { choices: [] };
      const pickable = (entry) => el("li", {}, el("button", { type: "button", class: "wz-pick", "data-id": entry.id, click: () => answer(fact, entry.id) }, upper(entry.label)));
      function look() {
        found = search(fact, input.value);
        error.replaceChildren();
        choices.replaceChildren(...(found.choices.length
          ? [el("p", { id: "wz-meant" }, found.question || SAY.meant), el("ul", { class: "wz-picks", "aria-labelledby": "wz-meant" }, found.choices.map(pickable))] : []));
        const n = found.choices.length, plural = n > 1 ? "s" : "";
        live.textContent = typo(input.value.trim() ? `${found.question} ${n || "Aucune"} proposition${plural}`.trim() : "");
      }
      let timer;
      input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 150); });
      form.addEventListener("keydown", (event) => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (!step) return;
        const stops = [input, ...choices.querySelectorAll("button")], to = stops[stops.indexOf(document.activeElement) + step];
        if (to) { event.preventDefault(); to.focus(); }
      });
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        clearTimeout(timer);
        look();
        if (found.sure) return answer(fact, found.sure);
        const message = !input.value.trim() ? SAY.empty : found.choices.length ? "" :
          `Rien ne ressemble à « ${input.value.trim()} » dans la base. Essayez un autre mot, ou choisissez « ${SAY.unknown} ».`;
        if (message) { error.replaceChildren(note(message, "error")); input.focus(); }
        else { live.textContent = SAY.pick; choices.querySelector("button").focus(); }
      });
      const all = el("details", { class: "wz-all", toggle: () => {
        if (all.childElementCount > 1) return;
        const sorted = [...known.values()].sort((x, y) => x.label.localeCompare(y.label, "fr"));
        all.append(el("ul", { class: "wz-picks" }, sorted.map(pickable)));
      } }, el("summary", {}, `Toute la liste (${known.size})`));
      form.append(all);
      return form;
    }

    function starts() {
      if (mode === "box") return [];
      return [
        el("h3", {}, "Autres points de départ"),
        list([
          [link("La question porte sur une structure seulement", { facts: {}, about: "structure" }), " (hôpital, EHPAD, cabinet, officine, DAC…)"],
          [link("La question porte sur une personne et sur sa structure", { facts: {}, about: "both" })],
        ]),
      ];
    }

    function answers() {
      const { facts, about } = state, given = FACTS.filter((f) => facts[f]);
      if (!given.length) return [];
      return [
        el("h3", {}, "Vos réponses"),
        el("dl", { class: "wz-answers" }, given.map((f) => el("div", {},
          el("dt", {}, upper(T.facts[f].label)),
          el("dd", {}, facts[f].split(",").map((v) => upper(labelOf(f, v))).join(" ; "), " ",
            link(SAY.change, { facts, about, change: f }, ` : ${T.facts[f].label}`))))),
      ];
    }

    // The result

    const guide = (page) => {
      const [path, anchor] = page.split("#"), index = location.protocol === "file:" ? "index.html" : "";
      return base + path + index + (anchor ? `#${anchor}` : "");
    };
    const lines = (v) => ASKED.filter((q) => v[q] !== "n/a").map((q) => [v[q], T.wording[`verdict.${q}.${v[q]}`]]);
    const boxesLine = ({ boxes }) => boxes === null ? T.wording["verdict.boxes.open"] : !boxes.length ? T.wording["verdict.boxes.none"]
      : say("verdict.boxes.some", { boxes: boxes.map((b) => T.wording[`box.${b}`]).join(" ; ") });
    const section = (name, kind, ...content) => el("section", { class: `wz-part ${kind}` }, el("h3", {}, name), ...content);
    /* What can wait stands folded under the answer; paper shows it (eligibilite.css). */
    const folded = (name, kind, ...content) => el("details", { class: `wz-part ${kind}` }, el("summary", {}, name), ...content);

    function result(a) {
      const found = explain(a), { verdict: v, person, structure } = found;
      const people = person && person.profession ? [person.profession] : [];
      const subject = people.length ? people[0].label : structure && structure.place ? structure.place.label
        : structure && a.kind ? labelOf("kind", a.kind) : T.wording[person ? "subject.no_profession" : "subject.no_structure"];
      live.textContent = typo(lines(v).map(([, text]) => text).join(" "));
      const reachable = changes(a);
      panel.replaceChildren(...[
        el("h2", { id: "wz-title", tabindex: "-1" }, upper(subject)),
        el("ul", { class: "wz-verdict", "aria-label": "Réponse" }, lines(v).map(([answered, text]) => {
          const [about, said] = text.split(" : "), short = T.wording[`answer.${answered}`];
          const more = said.toLowerCase().startsWith(short.toLowerCase()) ? said.slice(short.length).replace(/^[,.] */, "") : said;
          return el("li", { class: answered }, el("strong", {}, about), el("span", { class: "wz-answer" }, short), more && el("span", {}, upper(more)));
        })),
        el("p", { class: "wz-boxes" }, boxesLine(v)),
        v.conditions.length && section("Conditions et prochaines étapes", "wz-steps", list([
          ...v.conditions.map((c) => [el("strong", {}, `${T.conditions[c].label}.`), ` ${T.conditions[c].text}`]),
          ...(v.conditions.some((c) => T.registering.includes(c)) ? people : []).filter((p) => p.registration).map((p) => [`${upper(p.label)} : ${p.registration}`]),
          ...(structure && structure.place && structure.place.identifier ? [[`${upper(structure.place.label)} : ${structure.place.identifier}`]] : []),
        ], "ol")),
        section("Pourquoi", "wz-why", list(found.reasons.map((r) => [r.text, ...basisLinks(r.basis)]))),
        ...people.filter((p) => p.remark).map((p) => note(p.remark)),
        ...sheets(people, structure && structure.place),
        found.open.length && section("Ce que la loi laisse ouvert", "wz-open", found.open.map((o) => T.ambiguities[o]).map((o) =>
          el("p", {}, el("strong", {}, o.question), ` ${o.answer} `, el("span", { class: "wz-soft" }, `Qui tranche : ${lower(o.who)}`)))),
        ...refine(a, found, reachable),
        ...answers(),
        el("div", { class: "wz-actions" }, button("Imprimer", () => print(), "wz-main"), button(SAY.back, back), button("Nouvelle question", () => go({ facts: {} }))),
        found.contacts.length && folded("À qui s’adresser", "wz-contacts", list(found.contacts.map(contact))),
        ...others(a, found, reachable),
        v.nominative !== "no" && folded("À chaque message", "wz-each", list(T.reminders.map(([label, text]) => [el("strong", {}, `${label}.`), ` ${text}`]))),
        folded("Sources", "wz-sources", list(found.sources.map(source)),
          el("p", { class: "wz-soft" }, `Lignes de décision : ${v.rows.join(", ")}.`)),
        ...share(),
      ].filter(Boolean));
    }
    const sheets = (people, place) => {
      const links = [...people.map((p) => [p, "professions"]), ...(place ? [[place, "structures"]] : [])]
        .flatMap(([e, kind]) => [" ", el("a", { href: guide(`${T.pages[kind]}${e.id.toLowerCase()}/`) }, upper(e.label))]);
      return links.length ? [el("p", { class: "wz-noprint" }, "Dans le guide :", ...links)] : [];
    };
    const basisLinks = (refs) => refs.length ? [" [", ...refs.flatMap((ref, i) => [i ? ", " : "", el("a", { class: "wz-basis", href: guide(T.basis[ref].page) }, T.basis[ref].label)]), "]"] : [];
    const contact = (c) => [el("strong", {}, c.url ? el("a", { href: c.url, rel: "noreferrer" }, c.label) : c.label), ` : ${lower(c.when)}`,
      c.reach ? el("span", { class: "wz-soft" }, ` (${c.reach.join(", ")}${c.to_verify ? `, ${T.wording.to_verify}` : ""})`) : ""];
    const source = (s) => [s.url ? el("a", { href: s.url, rel: "noreferrer" }, s.title) : s.title, s.locator ? `, ${s.locator}` : "",
      el("span", { class: "wz-soft" }, ` (${s.date ? `${s.date} ; ` : ""}vérifié le ${day(s.checked)})`)];

    /* What was not answered and could still count: facts that lift a condition, change the verdict, choose the box. */
    function refine(a, { verdict, boxes, asks }, reachable) {
      const facts = [...verdict.conditions.map((c) => T.refines[c]), ...reachable.flatMap((r) => r.changes.map((c) => c.fact))];
      if (boxes.rows.length) facts.push("need");
      const at = (change) => ({ facts: state.facts, about: state.about, change });
      const links = unique(facts).filter((f) => f && !has(a[f])).map((f) => link(T.facts[f].question, at(f)));
      if (asks) links.unshift(el("span", {}, asks.question, " ", link("Répondre", at(asks.fact))));
      return links.length ? [section("Pour préciser", "wz-refine wz-noprint", list(links))] : [];
    }

    function others(a, found, reachable) {
      const parts = [], doubt = remaining(a);
      if (doubt.length) parts.push(section("Ce qui reste possible", "wz-possible", list(doubt.map((p) => lines(p).map(([, text]) => text).join(" ")))));
      const groups = [["Plus favorable", (n) => n > 0], ["Moins favorable", (n) => n < 0], ["Autre choix de boîtes", (n) => n === 0]]
        .map(([name, test]) => [name, reachable.filter((c) => test(c.side))]).filter(([, some]) => some.length);
      const told = (c) => [el("p", {}, lines(c.verdict).map(([, text]) => text).join(" "), " ", boxesLine(c.verdict)),
        list(c.changes.map(({ text, world }) => link(text, { facts: factsOf(world), about: a.about })))];
      parts.push(folded(T.wording["whatif.changes"], "wz-changes",
        groups.length ? groups.flatMap(([name, some]) => [el("h3", {}, name), ...some.flatMap(told)]) : el("p", {}, T.wording["whatif.none"])));
      if (found.near.length) parts.push(folded("Pourquoi pas une autre réponse", "wz-near", list(found.near.map((n) => n.text))));
      return parts;
    }

    const factsOf = (a) => Object.fromEntries(FACTS.filter((f) => has(a[f])).map((f) => [f, String(a[f])]));

    function share() {
      const address = location.href.split("#")[0] + hashOf({ facts: state.facts, about: state.about });
      const field = el("input", { type: "text", id: "wz-link", readonly: true, value: address, focus: () => field.select() });
      const copied = () => { live.textContent = "Lien copié."; copy.textContent = "Copié"; };
      const copy = button("Copier le lien", () => {
        field.select();
        if (navigator.clipboard) navigator.clipboard.writeText(address).then(copied, () => document.execCommand("copy") && copied());
        else if (document.execCommand("copy")) copied();
      });
      return [el("div", { class: "wz-share" }, el("label", { for: "wz-link" }, "Lien vers ce résultat (il ne contient que les réponses choisies)"), el("div", {}, field, copy))];
    }

    function footer() {
      const stale = new Date().toISOString().slice(0, 10) > T.stale_after;
      return el("div", { class: "wz-foot" }, stale ? note(T.footer.stale) : "",
        el("p", {}, el("strong", {}, T.footer.review), ` ${T.footer.state} ${T.wording.unofficial}.`));
    }

    root.replaceChildren(live, panel, footer());
    Object.assign(memory, state.facts);
    render();
    if (state.refused || Object.keys(state.facts).length) panel.querySelector("h2").focus({ preventScroll: true });
  }

  const start = () => { const root = document.getElementById("wizard"); if (root) mount(root); };
  if (window.document$ && window.document$.subscribe) window.document$.subscribe(start);
  else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
