(function () {
  "use strict";
  var root = document.documentElement, key = "autograder-report-language";
  var buttons = Array.prototype.slice.call(document.querySelectorAll(".switch button"));
  function show(language) {
    root.dataset.lang = language;
    root.lang = language === "zh" ? "zh-CN" : "en";
    document.title = language === "zh" ? root.dataset.titleZh : root.dataset.titleEn;
    buttons.forEach(function (button) { button.setAttribute("aria-pressed", String(button.dataset.to === language)); });
  }
  var kept = null;
  try { kept = localStorage.getItem(key); } catch (refused) { /* a browser without a memory for files */ }
  show(kept === "zh" || kept === "en" ? kept : root.dataset.lang);
  buttons.forEach(function (button) {
    button.addEventListener("click", function () {
      show(button.dataset.to);
      try { localStorage.setItem(key, button.dataset.to); } catch (refused) { /* then it holds for this page */ }
    });
  });
  document.querySelector(".switch").hidden = false;

  var tools = document.querySelector(".tools"), body = document.querySelector(".matrix tbody");
  if (!tools) { return; }
  tools.hidden = false;
  var rows = Array.prototype.slice.call(body.rows), text = document.getElementById("filter"), risky = document.getElementById("risky");
  function filter() {
    var wanted = text.value.trim().toLowerCase(), count = 0;
    rows.forEach(function (row) {
      row.hidden = (risky.checked && !("risk" in row.dataset)) || row.dataset.text.indexOf(wanted) < 0;
      count += row.hidden ? 0 : 1;
    });
    document.getElementById("shown").textContent = count;
  }
  text.addEventListener("input", filter);
  risky.addEventListener("change", filter);
  Array.prototype.forEach.call(document.querySelectorAll("th[data-sort]"), function (heading) {
    var button = document.createElement("button"), name = heading.dataset.sort;
    button.type = "button";
    while (heading.firstChild) { button.appendChild(heading.firstChild); }
    heading.appendChild(button);
    button.addEventListener("click", function () {
      var up = heading.getAttribute("aria-sort") !== "ascending";
      document.querySelectorAll("th[aria-sort]").forEach(function (other) { other.removeAttribute("aria-sort"); });
      heading.setAttribute("aria-sort", up ? "ascending" : "descending");
      rows.sort(function (one, other) {
        var a = one.dataset[name], b = other.dataset[name];
        var order = name === "name" ? (a < b ? -1 : a > b ? 1 : 0) : a - b;
        return up ? order : -order;
      });
      rows.forEach(function (row) { body.appendChild(row); });
    });
  });
})();
