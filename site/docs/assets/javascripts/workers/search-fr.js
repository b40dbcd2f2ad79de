/* The theme's search worker, made French: words are compared without accents, case or plural, and an entry that
   bears the very name typed comes first. The names are put into the index by site/hooks/search_index.py. */
(function () {
  "use strict";
  var handle, listen = self.addEventListener, post = self.postMessage.bind(self);
  var SETUP = 0, QUERY = 2, RESULT = 3, docs = [], names = [], parents = {}, typed = "";
  var SMALL = " a ai as au aux avec c ce ces cette d dans de des du elle en est et il ils j je l la le les leur m ma me mes mon n ne notre nous on ou par pas peut pour qu que qui quoi s sa se ses son sont sur t ta tes ton un une vos votre vous y ".split(" ");

  function fold(text) {
    return text.toLowerCase().replace(/œ/g, "oe").replace(/æ/g, "ae").replace(/·/g, "").replace(/\+/g, " plus")
      .normalize("NFKD").replace(/[\u0300-\u036f]/g, "").replace(/[^a-z0-9]+/g, " ").trim();
  }
  function singular(word) {
    return word.length < 5 ? word : word.replace(/eaux$/, "eau").replace(/([^e])aux$/, "$1al").replace(/[sx]$/, "");
  }
  function bare(text) { return fold(text).split(" ").map(singular).join(" "); }

  /* The words that count; all of them when none does ("AS"). */
  function weighty(text) {
    var words = bare(text).split(" "), kept = words.filter(function (word) { return SMALL.indexOf(word) < 0; });
    return (kept.length ? kept : words).join(" ");
  }

  /* The worker of the theme is loaded with its listener caught, so that messages pass through here both ways. */
  self.addEventListener = function (type, listener) { if (type === "message") { handle = listener; } else { listen.apply(self, arguments); } };
  self.postMessage = function (message) { post(message.type === RESULT ? ranked(message) : message); };
  importScripts(self.location.search.slice(1));
  self.addEventListener = listen;

  var Token = self.lunr.Token;
  self.lunr.Token = function (text, metadata) { Token.call(this, text ? bare(text).replace(/ /g, "") || text : text, metadata); };
  self.lunr.Token.prototype = Token.prototype;

  function remember(all) {
    docs = all;
    all.forEach(function (doc, i) {
      var path = doc.location.split("#")[0];
      if (!(path in parents)) { parents[path] = i; }
      (doc.names || []).forEach(function (name) { names.push({ said: " " + name + " ", plain: bare(name), bare: weighty(name), doc: i }); });
    });
  }

  /* 4: the very name; 3: the name but for plurals; 2: but for small words too; less than 1: a name that begins so. */
  function named(query) {
    var said = " " + fold(query) + " ", whole = bare(query), plain = weighty(query), best = {};
    if (!plain) { return []; }
    names.forEach(function (name) {
      var rank = name.said === said ? 4 : name.plain === whole ? 3 : name.bare === plain ? 2 : plain.length > 3 && name.bare.indexOf(plain) === 0 ? 1 - name.bare.length / 1000 : 0;
      if (rank && !(best[name.doc] >= rank)) { best[name.doc] = rank; }
    });
    return Object.keys(best).map(Number).sort(function (a, b) { return best[b] - best[a] || docs[a].turn - docs[b].turn; }).slice(0, 12);
  }

  function ranked(message) {
    var first = [], seen = {}, items = message.data.items || [];
    named(typed).forEach(function (i) {
      var doc = docs[i], path = doc.location.split("#")[0], parent = docs[parents[path]];
      if (seen[path] && doc === parent) { return; }
      seen[path] = true;
      var item = Object.assign({}, doc, { score: 1e9, terms: {} });
      first.push(doc === parent ? [item] : [item, Object.assign({}, parent, { score: 0, terms: {} })]);
    });
    items = items.filter(function (group) {
      return !group.some(function (item) { return item.location in seen; });
    });
    return { type: message.type, data: Object.assign({}, message.data, { items: first.concat(items) }) };
  }

  listen.call(self, "message", function (event) {
    var message = event.data;
    if (message.type === SETUP) {
      /* Lunr's own French pipeline finds less: it drops "AS" as a word of no weight, and stems only half the forms. */
      Object.assign(message.data.config, { lang: ["en"], pipeline: [] });
      remember(message.data.docs);
    }
    if (message.type === QUERY) {
      typed = message.data;
      message = { type: QUERY, data: weighty(typed) };
    }
    handle({ data: message });
  });
})();
