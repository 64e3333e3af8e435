// Sends chosen files at once, one after the other, and shows of each how far it is. The form then
// carries only their keys. Without this script the files go with the form.
(function () {
  "use strict";
  var queue = [], sending = null, held = null;

  Array.prototype.forEach.call(document.querySelectorAll("[data-up]"), begin);

  function begin(box) {
    var input = box.querySelector("input[type=file]");
    var list = box.querySelector(".fu-list");
    box.classList.add("on");
    Array.prototype.forEach.call(list.querySelectorAll("li"), function (item) {
      item.querySelector("input").type = "hidden";
      addButton(item, box.dataset.remove, item.querySelector(".fu-n").textContent, function () {
        forget(box, item);
      });
    });
    input.addEventListener("change", function () {
      take(box, input.files);
      input.value = "";
    });
    box.addEventListener("dragover", function (event) {
      event.preventDefault();
      box.classList.add("over");
    });
    box.addEventListener("dragleave", function () {
      box.classList.remove("over");
    });
    box.addEventListener("drop", function (event) {
      event.preventDefault();
      box.classList.remove("over");
      take(box, event.dataTransfer.files);
    });
    if (!input.form.dataset.sends) {
      input.form.dataset.sends = "on";
      input.form.addEventListener("submit", function (event) {
        hold(input.form, event);
      });
    }
  }

  function take(box, files) {
    Array.prototype.slice.call(files).forEach(function (file) {
      var one = row(box, file);
      if (box.querySelectorAll("li:not(.bad)").length > Number(box.dataset.most)) {
        fail(one, box.dataset.tooMany, false);
      } else {
        queue.push(one);
      }
    });
    next();
  }

  // One line of the list: the picture of a photo, the name, the size, how far it is, a button.
  function row(box, file) {
    var item = document.createElement("li");
    var one = { box: box, file: file, item: item, state: part(item, "fu-s"), bar: null };
    var name = document.createElement("span");
    name.className = "fu-n";
    name.textContent = file.name;
    var size = document.createElement("span");
    size.className = "mut";
    size.textContent = inWords(file.size);
    one.bar = document.createElement("progress");
    one.bar.max = 100;
    one.bar.value = 0;
    one.bar.setAttribute("aria-label", file.name);
    [name, size, one.bar].forEach(function (each) {
      item.insertBefore(each, one.state);
    });
    picture(item, file);
    addButton(item, box.dataset.remove, file.name, function () {
      forget(box, item, one);
    });
    say(one, box.dataset.waiting);
    var list = box.querySelector(".fu-list");
    list.hidden = false;
    list.appendChild(item);
    return one;
  }

  function part(item, name) {
    var made = document.createElement("span");
    made.className = name;
    item.appendChild(made);
    return made;
  }

  function addButton(item, word, name, act) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-s";
    button.textContent = word;
    button.setAttribute("aria-label", word + " " + name);
    button.addEventListener("click", act);
    item.appendChild(button);
    return button;
  }

  function picture(item, file) {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size > 20000000) return;
    var reader = new FileReader();
    reader.onload = function () {
      var shown = document.createElement("img");
      shown.alt = "";
      shown.src = reader.result;
      item.insertBefore(shown, item.firstChild);
    };
    reader.readAsDataURL(file);
  }

  function inWords(size) {
    return size < 1048576 ? Math.ceil(size / 1024) + " KB" : (size / 1048576).toFixed(1) + " MB";
  }

  function say(one, words) {
    one.state.textContent = words;
  }

  // What happened is read out; only what keeps the form from being sent is shown too.
  function tell(box, words, isShown) {
    var place = box.querySelector(".fu-say");
    place.textContent = words;
    place.classList.toggle("sr", !isShown);
  }

  function next() {
    if (sending || !queue.length) return;
    sending = queue.shift();
    send(sending);
  }

  function over() {
    sending = null;
    next();
    if (!sending && held) release();
  }

  function token(box) {
    return box.querySelector("input[type=file]").form.querySelector("[name=csrfmiddlewaretoken]").value;
  }

  function asked(box, url) {
    var request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("X-CSRFToken", token(box));
    request.setRequestHeader("Accept", "application/json");
    return request;
  }

  function send(one) {
    var words = one.box.dataset, request = asked(one.box, words.url), body = new FormData();
    body.append("file", one.file, one.file.name);
    one.request = request;
    request.upload.onprogress = function (event) {
      if (!event.lengthComputable) return;
      var percent = Math.floor(event.loaded * 100 / event.total);
      one.bar.value = percent;
      say(one, percent < 100 ? words.sending + " " + percent + " %" : words.checking);
    };
    request.onload = function () {
      var answer = {};
      try { answer = JSON.parse(request.responseText); } catch (error) { answer = {}; }
      if (request.status === 201 && answer.id) done(one, answer.id);
      else fail(one, answer.error || words.refused, !answer.error);
      over();
    };
    request.onerror = request.ontimeout = function () {
      fail(one, words.lost, true);
      over();
    };
    request.onabort = over;
    say(one, words.sending);
    request.send(body);
  }

  function done(one, key) {
    var field = document.createElement("input");
    field.type = "hidden";
    field.name = one.box.dataset.name;
    field.value = key;
    one.item.appendChild(field);
    one.item.dataset.key = key;
    one.bar.hidden = true;
    one.state.classList.add("ok");
    say(one, one.box.dataset.done);
    tell(one.box, one.file.name + " " + one.box.dataset.done);
  }

  function fail(one, why, mayRetry) {
    one.item.classList.add("bad");
    one.bar.hidden = true;
    say(one, one.box.dataset.failed + why);
    tell(one.box, one.file.name + " " + one.box.dataset.failed + why);
    if (!mayRetry) return;
    one.item.classList.add("lost");
    var button = addButton(one.item, one.box.dataset.retry, one.file.name, function () {
      button.parentNode.removeChild(button);
      one.item.classList.remove("bad", "lost");
      one.bar.hidden = false;
      one.bar.value = 0;
      say(one, one.box.dataset.waiting);
      queue.push(one);
      next();
    });
  }

  function forget(box, item, one) {
    var key = item.dataset.key, list = item.parentNode;
    if (key) asked(box, box.dataset.url + key + "/remove/").send();
    else if (one && one === sending) one.request.abort();
    queue = queue.filter(function (each) { return each !== one; });
    list.removeChild(item);
    list.hidden = !list.children.length;
    box.querySelector("input[type=file]").focus();
  }

  // The form waits for its files, and is then sent by the same button.
  function hold(form, event) {
    var lost = form.querySelector(".fu-list .lost");
    var boxes = form.querySelectorAll("[data-up]");
    if (!sending && !lost) return;
    event.preventDefault();
    event.stopPropagation();
    if (lost) {
      var box = lost.parentNode.parentNode;
      tell(box, box.dataset.left, true);
      lost.scrollIntoView({ block: "center" });
      return;
    }
    held = { form: form, by: event.submitter };
    tell(sending.box, boxes[0].dataset.busy, true);
  }

  function release() {
    var form = held.form, by = held.by, bad = form.querySelector(".fu-list .bad");
    held = null;
    if (bad) {
      var box = bad.parentNode.parentNode;
      tell(box, box.dataset.left, true);
      bad.scrollIntoView({ block: "center" });
    } else if (by) {
      by.click();
    } else if (form.requestSubmit) {
      form.requestSubmit();
    } else {
      form.submit();
    }
  }
})();
