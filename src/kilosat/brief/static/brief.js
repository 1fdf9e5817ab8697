(function () {
  "use strict";
  var book = JSON.parse(document.getElementById("figures").textContent);
  var charts = JSON.parse(document.getElementById("charts").textContent);
  var panel = document.getElementById("panel");
  var body = document.getElementById("panel-body");
  var opener = null;
  var NARROW = 560;

  function base(name) { return name.replace(/\[.*$/, ""); }
  function entry(name) {
    var own = book.figures[name];
    if (!own) { return null; }
    return Object.assign({}, name === base(name) ? {} : book.figures[base(name)], own);
  }
  function below(name) {
    var seen = {}, stack = [name];
    while (stack.length) {
      var one = stack.pop();
      if (seen[one]) { continue; }
      seen[one] = entry(one);
      if (seen[one]) { (seen[one].inputs || []).forEach(function (n) { stack.push(n); }); }
      else { delete seen[one]; }
    }
    return seen;
  }
  function add(tag, text, parent, cls) {
    var made = document.createElement(tag);
    if (text) { made.textContent = text; }
    if (cls) { made.className = cls; }
    (parent || body).appendChild(made);
    return made;
  }
  function line(word, text) {
    if (!text) { return; }
    var p = add("p");
    add("span", word, p, "word");
    p.appendChild(document.createTextNode(" " + text));
  }
  function link(name, parent) {
    var known = entry(name);
    var button = add("button", known.label + (known.shown ? ": " + known.shown : ""), parent, "link");
    button.type = "button";
    button.addEventListener("click", function () { show(name); });
  }
  function list(title, names) {
    if (!names.length) { return; }
    add("p", title, body, "word");
    var ul = add("ul");
    names.forEach(function (n) { link(n, add("li", "", ul)); });
  }
  function source(key, ul) {
    var known = book.sources[key], li = add("li", "", ul);
    li.appendChild(document.createTextNode(known.citation + " "));
    if (known.address) {
      var a = add("a", "open", li);
      a.href = known.address;
      a.rel = "noreferrer";
    }
  }
  function show(name) {
    var known = entry(name);
    if (!known) { return; }
    body.textContent = "";
    add("h3", known.label);
    if (known.shown) { add("p", known.shown, body, "big"); }
    add("span", known.quality, add("p"), "tag q-" + known.quality);
    if (known.meaning) { add("p", known.meaning); }
    line("Formula:", known.formula);
    line("Run:", known.record);
    line("Reference:", known.reference);
    line("Assumed:", known.assumption);
    line("Note:", known.note);
    line("Written at:", known.place);
    list("Made from", (known.inputs || []).filter(entry));
    var under = below(name), assumed = [], keys = {};
    Object.keys(under).forEach(function (n) {
      (under[n].sources || []).forEach(function (k) { keys[k] = true; });
      if (under[n].assumption && n !== name && (known.inputs || []).indexOf(n) < 0) { assumed.push(n); }
    });
    list("Also rests on these assumptions", assumed);
    if (Object.keys(keys).length) {
      add("p", "Sources", body, "word");
      var ul = add("ul");
      Object.keys(keys).forEach(function (k) { source(k, ul); });
    }
    panel.hidden = false;
    panel.scrollTop = 0;
    panel.setAttribute("data-shows", name);
  }
  function hide() {
    panel.hidden = true;
    if (opener) { opener.focus({ preventScroll: true }); opener = null; }
  }
  document.addEventListener("click", function (event) {
    var hit = event.target.closest("a.fig, a.open");
    if (!hit) { return; }
    var inner = hit.querySelector("[data-figure]");
    var name = hit.getAttribute("data-figure") || (inner && inner.getAttribute("data-figure"));
    if (!name || !book.figures[name]) { return; }
    event.preventDefault();
    opener = hit;
    show(name);
    panel.querySelector(".close").focus({ preventScroll: true });
  });
  panel.querySelector(".close").addEventListener("click", hide);
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") { hide(); } });

  var drawn = {};
  function draw(place) {
    var key = place.getAttribute("data-chart"), figure = place.parentElement;
    var size = figure.clientWidth < NARROW ? "narrow" : "wide";
    if (drawn[key] === size) { return Promise.resolve(); }
    drawn[key] = size;
    figure.classList.add("drawn");
    var options = { actions: false, renderer: key === "heat-map" ? "canvas" : "svg", mode: "vega-lite" };
    return window.vegaEmbed(place, charts[key][size], options).then(function () {
      place.setAttribute("data-ready", size);
    }).catch(function (error) {
      figure.classList.remove("drawn");
      console.error("chart " + key + ": " + error);
    });
  }
  function drawAll() {
    return Array.prototype.reduce.call(document.querySelectorAll(".live"), function (done, place) {
      return done.then(function () { return draw(place); });
    }, Promise.resolve());
  }
  drawAll();
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details.printed").forEach(function (one) { one.open = true; });
  });
  var waiting = null;
  window.addEventListener("resize", function () {
    clearTimeout(waiting);
    waiting = setTimeout(drawAll, 250);
  });
}());
