// Makes the pages quicker to use. Every page does its work without this script.
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");

  function each(selector, act) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), act);
  }

  function typing(target) {
    return /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable;
  }

  document.addEventListener("keydown", function (event) {
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target)) {
      var search = document.getElementById("q");
      if (search && search.offsetParent) {
        event.preventDefault();
        search.focus();
        search.select();
      }
    }
    if (event.key === "Escape") {
      each("details.menu[open], details.fl-d[open]", function (open) {
        var inside = open.contains(document.activeElement);
        open.removeAttribute("open");
        if (inside) open.querySelector("summary").focus();
      });
    }
  });

  document.addEventListener("click", function (event) {
    each("details.menu[open], details.fl-d[open]", function (open) {
      if (!open.contains(event.target)) open.removeAttribute("open");
    });
    if (event.target.closest("[data-print]")) window.print();
  });

  // Text not yet sent is not lost by a slip: the browser asks before it leaves the page.
  var unsent = false;
  document.addEventListener("input", function (event) {
    if (event.target.closest("form[data-guard]")) unsent = true;
  });
  document.addEventListener("submit", function () {
    unsent = false;
  });
  document.addEventListener("tracker:kept", function () {
    unsent = false;
  });

  // Copies of drafts (drafts.js) go with the log-out and when somebody else is logged in; a session
  // that ran out leaves them. That of a report goes when the next page says that it was taken.
  function dropDrafts(isKept) {
    try {
      Object.keys(window.localStorage).forEach(function (key) {
        if (key.indexOf("draft ") === 0 && !isKept(key)) window.localStorage.removeItem(key);
      });
    } catch (refused) {
      return;
    }
  }
  function none() { return false; }
  document.addEventListener("submit", function (event) {
    if (event.target.matches("[data-logs-out]")) dropDrafts(none);
  });
  if (document.querySelector("[data-logged-out]")) dropDrafts(none);
  var own = "draft " + document.body.dataset.person + " ";
  if (document.body.dataset.person) {
    dropDrafts(function (key) { return key.indexOf(own) === 0; });
  }
  try {
    var sent = window.sessionStorage.getItem("draft sent");
    window.sessionStorage.removeItem("draft sent");
    if (sent && document.querySelector(".msg.success")) window.localStorage.removeItem(sent);
  } catch (refused) {
    // Nothing is kept.
  }

  // A part of a form that applies at one value of a field opens when that value is typed.
  document.addEventListener("input", function (event) {
    each("details[data-open-by]", function (part) {
      if (part.dataset.openBy === event.target.name && part.dataset.openAt === event.target.value) {
        part.setAttribute("open", "");
      }
    });
  });
  window.addEventListener("beforeunload", function (event) {
    if (unsent) {
      event.preventDefault();
      event.returnValue = "";
    }
  });

  document.addEventListener("change", function (event) {
    var target = event.target;
    var auto = target.closest("form[data-auto]");
    if (auto && /^(select-one|checkbox|radio|date)$/.test(target.type) && !target.closest(".fl-d")) {
      if (auto.requestSubmit) auto.requestSubmit();
      else auto.submit();
    }
    if (target.matches("[data-select-all]")) {
      each('input[name="pick"]', function (box) {
        box.checked = target.checked;
      });
    }
    if (target.matches('input[name="pick"], [data-select-all]')) countPicked();
    if (target.type === "file" && target.matches("[data-preview]")) preview(target);
  });

  function countPicked() {
    var picked = document.querySelectorAll('input[name="pick"]:checked').length;
    var boxes = document.querySelectorAll('input[name="pick"]').length;
    each('input[name="pick"]', function (box) {
      box.closest("tr").classList.toggle("sel", box.checked);
    });
    each("[data-select-all]", function (box) {
      box.checked = picked > 0 && picked === boxes;
      box.indeterminate = picked > 0 && picked < boxes;
    });
    each("[data-picked]", function (place) {
      place.textContent = picked;
    });
    each("[data-bulk]", function (bar) {
      bar.hidden = picked === 0;
    });
  }

  // Names of chosen files, and the pictures among them, before they are sent.
  function preview(input) {
    var list = input.parentNode.querySelector(".thumbs");
    if (!list) {
      list = document.createElement("ul");
      list.className = "thumbs";
      input.parentNode.insertBefore(list, input.nextSibling);
    }
    list.textContent = "";
    Array.prototype.forEach.call(input.files, function (file) {
      var item = document.createElement("li");
      if (/^image\/(jpeg|png|webp|gif)$/.test(file.type) && file.size < 20000000) {
        var reader = new FileReader();
        reader.onload = function () {
          var picture = document.createElement("img");
          picture.alt = "";
          picture.src = reader.result;
          item.insertBefore(picture, item.firstChild);
        };
        reader.readAsDataURL(file);
      }
      item.appendChild(document.createTextNode(file.name + " · " + (file.size / 1048576).toFixed(1) + " MB"));
      list.appendChild(item);
    });
  }

  // A list renews itself in place. What it waits for is said, and what it cannot show (the log-in
  // after a pause, an error) is left to the browser.
  var slow = 0;
  function say(word, url) {
    var place = document.getElementById("wait");
    window.clearTimeout(slow);
    place.textContent = word ? place.dataset[word] : "";
    if (!url) return;
    var retry = document.createElement("a");
    retry.href = url;
    retry.textContent = place.dataset.retry;
    place.appendChild(retry);
  }
  document.addEventListener("htmx:beforeRequest", function (event) {
    event.detail.target.setAttribute("aria-busy", "true");
    say("");
    slow = window.setTimeout(function () { say("slow"); }, 10000);
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    event.detail.target.removeAttribute("aria-busy");
    say("");
  });
  document.addEventListener("htmx:sendError", function (event) {
    var url = event.detail.pathInfo.finalRequestPath;
    window.setTimeout(function () { say("failed", url); });
  });
  document.addEventListener("htmx:beforeSwap", function (event) {
    var answer = event.detail;
    if (answer.xhr.status < 400 && answer.xhr.responseText.indexOf('id="' + answer.target.id + '"') > 0) return;
    answer.shouldSwap = false;
    window.location.assign(answer.pathInfo.finalRequestPath);
  });
  document.addEventListener("htmx:afterSettle", function (event) {
    var region = document.getElementById(event.detail.target.id);
    countPicked();
    if (!region) return;
    each('input[name="next"]', function (field) {
      field.value = window.location.pathname + window.location.search;
    });
    var found = region.querySelector('.pager [role="status"], .empty p, [data-said]');
    var said = document.getElementById("said"), words = found ? found.textContent : "";
    if (said.textContent !== words) said.textContent = words;
    if (document.activeElement === document.body) region.focus({ preventScroll: true });
  });

  // A table that is pasted comes as it is, with its merged cells, and not only as its texts.
  document.addEventListener("paste", function (event) {
    var field = event.target;
    if (!field.hasAttribute || !field.hasAttribute("data-paste-table") || !event.clipboardData) return;
    var html = event.clipboardData.getData("text/html");
    if (!/<table/i.test(html)) return;
    event.preventDefault();
    field.value = html;
  });

  countPicked();
  var errors = document.getElementById("errors");
  if (errors) errors.focus();
})();
