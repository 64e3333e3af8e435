// Saves the report that is being written some seconds after the last keystroke, and on leaving the
// page. What cannot be sent is kept in this browser and offered again. Without this script the
// button that saves a draft does the same work.
(function () {
  "use strict";
  var form = document.querySelector("form[data-draft-url]");
  if (!form || !window.fetch || !window.FormData) return;
  var PAUSE = 5000, RETRY = 20000;
  var said = document.getElementById("draft-said"), offer = document.getElementById("draft-kept");
  var version = form.elements.draft_version;
  var key = "draft " + form.dataset.draftKey;
  var waiting = 0, changed = false, sending = false, sent = false, stopped = false;

  // The fields as they would be sent, without files and without what belongs to this page alone.
  function written() {
    var data = new FormData();
    Array.prototype.forEach.call(form.elements, function (field) {
      if (!field.name || field.disabled || /^(file|submit|button)$/.test(field.type)) return;
      if (/^(checkbox|radio)$/.test(field.type) && !field.checked) return;
      if (field.tagName === "SELECT" && field.multiple) return;
      data.append(field.name, field.value);
    });
    return data;
  }

  function text(name) {
    return form.dataset[name].replace("{time}", clock(new Date()));
  }
  function clock(moment) {
    return ("0" + moment.getHours()).slice(-2) + ":" + ("0" + moment.getMinutes()).slice(-2);
  }
  function say(words, isWrong) {
    if (said.textContent !== words) said.textContent = words;
    said.classList.toggle("late", Boolean(isWrong));
  }

  // The copy in this browser: written before each attempt, removed when the server has it.
  function keep() {
    var pairs = [];
    written().forEach(function (value, name) {
      if (!/^(csrfmiddlewaretoken|version|draft_version)$/.test(name)) pairs.push([name, value]);
    });
    try {
      window.localStorage.setItem(key, JSON.stringify({
        at: Date.now(), sent: form.dataset.draftSent, pairs: pairs
      }));
      return true;
    } catch (full) {
      return false;
    }
  }
  function kept() {
    try {
      return JSON.parse(window.localStorage.getItem(key));
    } catch (unreadable) {
      return null;
    }
  }
  function forget() {
    try {
      window.localStorage.removeItem(key);
    } catch (refused) {
      return;
    }
  }

  function failed() {
    changed = true;
    say(text(keep() ? "draftLocal" : "draftLost"), true);
    plan(RETRY);
  }

  function save() {
    window.clearTimeout(waiting);
    if (!changed || sending || sent || stopped) return;
    changed = false;
    sending = true;
    keep();
    window.fetch(form.dataset.draftUrl, {
      method: "POST", body: written(), credentials: "same-origin", keepalive: true, redirect: "error"
    }).then(function (answer) {
      if (answer.status !== 200 && answer.status !== 409) throw new Error(String(answer.status));
      return answer.json().then(function (told) {
        sending = false;
        if (answer.status === 409) {
          stopped = true;
          say(told.said, true);
          return;
        }
        version.value = told.version;
        say(told.said, told.unkept);
        if (changed) return;
        if (!told.unkept) {
          forget();
          if (!hasFiles()) document.dispatchEvent(new CustomEvent("tracker:kept"));
        }
      });
    }).catch(function () {
      sending = false;
      failed();
    });
  }

  // Files that were sent ahead are part of no draft either: the list names each, ready or not.
  function hasFiles() {
    return Boolean(form.querySelector(".fu-list li")) || Array.prototype.some.call(form.querySelectorAll("input[type=file]"), function (input) {
      return input.files.length > 0;
    });
  }

  function plan(pause) {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(save, pause);
  }

  function noticed(event) {
    if (event.target.type === "file") return;
    changed = true;
    plan(PAUSE);
  }
  form.addEventListener("input", noticed);
  form.addEventListener("change", noticed);
  form.addEventListener("submit", function (event) {
    if (event.defaultPrevented) return;  // uploads.js, which comes before, waits for files
    keep();
    sent = true;
    try {
      window.sessionStorage.setItem("draft sent", key);
    } catch (refused) {
      // The copy is then removed when this page is opened again.
    }
    window.clearTimeout(waiting);
  });
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") save();
  });
  window.addEventListener("pagehide", save);
  window.addEventListener("online", save);
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) window.location.reload();
  });

  // What an earlier visit could not send is offered; the form stays as it is until it is wanted.
  function differs(copy) {
    var now = {}, then = {};
    written().forEach(function (value, name) { now[name] = (now[name] || "") + "\n" + value; });
    copy.pairs.forEach(function (pair) { then[pair[0]] = (then[pair[0]] || "") + "\n" + pair[1]; });
    return Object.keys(then).some(function (name) {
      return name in form.elements && then[name].replace(/\r/g, "") !== (now[name] || "").replace(/\r/g, "");
    });
  }
  function put(copy) {
    Array.prototype.forEach.call(form.elements, function (field) {
      if (!field.name || /^(file|hidden|submit|button)$/.test(field.type)) return;
      var values = copy.pairs.filter(function (pair) { return pair[0] === field.name; });
      if (/^(checkbox|radio)$/.test(field.type)) {
        field.checked = values.some(function (pair) { return pair[1] === field.value; });
      } else if (values.length) {
        field.value = values[0][1];
      }
    });
    changed = true;
    plan(0);
  }
  // It was sent when a report was since the page it was written on: the server's word, no clock's.
  var copy = kept();
  var isSent = copy && Number(form.dataset.draftSent) > Number(copy.sent);
  if (copy && copy.pairs && !isSent && differs(copy)) {
    offer.querySelector("[data-draft-time]").textContent = clock(new Date(copy.at));
    offer.hidden = false;
    offer.addEventListener("click", function (event) {
      if (event.target.closest("[data-draft-restore]")) put(copy);
      else if (event.target.closest("[data-draft-discard]")) forget();
      else return;
      offer.hidden = true;
      form.querySelector("textarea").focus();
    });
  } else if (copy) {
    forget();
  }
})();
