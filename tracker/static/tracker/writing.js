// Helps with what is written into forms: usual reasons, and the names of people after an @.
// Every form does its work without this script.
(function () {
  "use strict";
  var MOST = 20;

  function all(place, selector, act) {
    Array.prototype.forEach.call(place.querySelectorAll(selector), act);
  }

  function changed(field) {
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // A usual text is copied below what is written already, to be changed there. Another choice takes
  // the place of the last one, until the list is left; then nothing stays chosen, to be sent twice.
  function append(list) {
    var field = document.getElementById(list.dataset.appendTo);
    var chosen = list.value ? list.options[list.selectedIndex].text : "";
    var last = list.dataset.appended || "", before = field.value;
    if (last && before.slice(-last.length) === last) before = before.slice(0, -last.length).replace(/\n$/, "");
    field.value = before + (before && chosen ? "\n" : "") + chosen;
    list.dataset.appended = chosen;
    changed(field);
  }
  function leave(list) {
    if (list.dataset.appended) list.value = "";
    list.dataset.appended = "";
  }
  document.addEventListener("change", function (event) {
    if (event.target.matches("select[data-append-to]")) append(event.target);
    if (event.target.matches("select[data-people]")) showChosen(event.target);
  });
  document.addEventListener("focusout", function (event) {
    if (event.target.matches("select[data-append-to]")) leave(event.target);
    if (event.target === field) close();
  });
  document.addEventListener("submit", function (event) {
    all(event.target, "select[data-append-to]", leave);
  });

  // People are found by what is typed after an @, among those of the form's own list.
  var field = null, menu = null, at = 0, found = [], present = 0;

  function peopleOf(text) {
    return document.getElementById(text.dataset.mention);
  }

  function look(text) {
    var before = text.value.slice(0, text.selectionStart);
    var match = /[@＠]([^\s@＠]{0,20})$/.exec(before);
    close();
    if (!match || !peopleOf(text)) return;
    found = Array.prototype.filter.call(peopleOf(text).options, function (option) {
      return option.text.toLowerCase().indexOf(match[1].toLowerCase()) >= 0;
    }).slice(0, MOST);
    if (found.length) open(text, match.index);
  }

  function open(text, index) {
    field = text;
    at = index;
    present = 0;
    menu = document.createElement("ul");
    menu.id = text.id + "_people";
    menu.className = "people";
    menu.setAttribute("role", "listbox");
    menu.setAttribute("aria-label", peopleOf(text).dataset.people);
    found.forEach(function (option, number) {
      var item = document.createElement("li");
      item.id = menu.id + "_" + number;
      item.setAttribute("role", "option");
      item.textContent = option.text;
      menu.appendChild(item);
    });
    // The field keeps the focus while somebody is chosen.
    menu.addEventListener("mousedown", function (event) { event.preventDefault(); });
    menu.addEventListener("click", function (event) {
      if (event.target !== menu) pick(Array.prototype.indexOf.call(menu.children, event.target));
    });
    text.parentNode.insertBefore(menu, text.nextSibling);
    text.setAttribute("aria-controls", menu.id);
    mark(0);
  }

  function close() {
    if (!menu) return;
    menu.parentNode.removeChild(menu);
    field.removeAttribute("aria-controls");
    field.removeAttribute("aria-activedescendant");
    field = menu = null;
  }

  function mark(number) {
    present = (number + found.length) % found.length;
    Array.prototype.forEach.call(menu.children, function (item, own) {
      item.setAttribute("aria-selected", own === present ? "true" : "false");
    });
    var item = menu.children[present];
    field.setAttribute("aria-activedescendant", item.id);
    menu.scrollTop = item.offsetTop - menu.clientHeight / 2;
  }

  function pick(number) {
    var text = field, option = found[number], people = peopleOf(text);
    var name = option.text.split(/\s?[(（]/)[0];
    var before = text.value.slice(0, at) + "@" + name + " ";
    option.selected = true;
    text.value = before + text.value.slice(text.selectionStart);
    text.setSelectionRange(before.length, before.length);
    close();
    showChosen(people);
  }

  // Who is chosen stands below the list, each with a way to leave them out again.
  function showChosen(people) {
    var list = document.getElementById(people.id + "_chosen");
    if (!list) {
      list = document.createElement("ul");
      list.id = people.id + "_chosen";
      list.className = "chosen";
      var part = people.closest("details") || people;
      part.parentNode.insertBefore(list, part.nextSibling);
    }
    list.textContent = "";
    all(people, "option:checked", function (option) {
      var item = document.createElement("li"), button = document.createElement("button");
      item.textContent = option.text;
      button.type = "button";
      button.textContent = "×";
      button.setAttribute("aria-label", people.dataset.leaveOut + " " + option.text);
      button.addEventListener("click", function () {
        option.selected = false;
        showChosen(people);
      });
      item.appendChild(button);
      list.appendChild(item);
    });
  }

  document.addEventListener("input", function (event) {
    if (event.target.matches("textarea[data-mention]")) look(event.target);
  });
  document.addEventListener("keydown", function (event) {
    if (!menu || event.target !== field || event.isComposing) return;
    if (event.key === "ArrowDown") mark(present + 1);
    else if (event.key === "ArrowUp") mark(present - 1);
    else if (event.key === "Enter" || event.key === "Tab") pick(present);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  all(document, "select[data-people]", showChosen);
})();
