"""The office asks, the unit is told and answers on the phone, the office settles it."""

PHONE = {"viewport": {"width": 390, "height": 844}}
TASK = "/tasks/2022s2-19/"
LIST = f"{TASK}questions/"
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def looks_right(page, axe):
    violations = axe.run(page, options=WCAG).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert ([one["id"] for one in violations], wide) == ([], 0)


def test_a_question_is_asked_answered_on_the_phone_and_settled(visit, axe):
    office = visit("office")
    office.goto(TASK)
    office.click(f"a[href='{LIST}']")
    office.click("a[hx-target='#ask']")
    office.wait_for_selector("#ask textarea")
    assert office.evaluate("document.activeElement.id") == "ask_text"
    office.select_option("#ask_to", index=0)
    unit = office.eval_on_selector("#ask_to", "to => to.options[to.selectedIndex].text")
    office.type("#ask_text", "管网何时通水？@施海")
    office.wait_for_selector(".people [role=option]")
    assert unit in office.inner_text(".people")
    looks_right(office, axe)
    office.keyboard.press("Enter")
    assert "@施海宁 " in office.input_value("#ask_text")
    assert "施海宁" in office.inner_text(".chosen")
    looks_right(office, axe)
    office.click("#ask button.btn-p")
    office.wait_for_url(f"**{LIST}#q*")
    question = office.evaluate("location.hash")
    looks_right(office, axe)

    phone = visit("editor", **PHONE)
    phone.goto("/notifications/")
    assert "2022s2-19" in phone.inner_text(".told li.new >> nth=0")
    phone.click(".told li.new button >> nth=0")
    phone.wait_for_url(f"**{LIST}{question}")
    assert "@施海宁" in phone.inner_text(question)
    phone.goto("/todo/")
    looks_right(phone, axe)
    phone.click("a[href*='/questions/'][href$='/answer/']")
    looks_right(phone, axe)
    phone.fill("textarea", "七月底全部通水。")
    phone.click("main button.btn-p")
    phone.wait_for_url(f"**{LIST}{question}")
    looks_right(phone, axe)
    phone.goto("/todo/")
    assert phone.query_selector("a[href*='/questions/']") is None

    office.reload()
    assert "七月底全部通水。" in office.inner_text(question)
    office.click(f"{question} form button")
    assert office.query_selector(f"{question} a[hx-get]") is None
    looks_right(office, axe)


def test_everything_works_without_a_script(visit):
    page = visit("office", java_script_enabled=False)
    page.goto(LIST)
    page.click("a[href$='/questions/new/']")
    page.click("main form.form summary")
    page.select_option("select[multiple]", index=0)
    page.fill("textarea", "请说明进度。")
    page.click("main form.form button.btn-p")
    page.wait_for_url(f"**{LIST}#q*")
    page.click("a[href$='/answer/']")
    page.fill("textarea", "已说明。")
    page.click("main form.form button.btn-p")
    page.wait_for_url(f"**{LIST}#q*")
    assert "已说明。" in page.inner_text("main")
    assert page.inner_text("article .remark >> nth=0").count("\n") > 1  # Who should look at it.


def test_a_usual_reason_is_copied_into_the_text_and_sent_once(visit):
    page = visit("office")
    page.goto(f"{TASK}units/wangchao/return-completion/")
    reasons = page.eval_on_selector_all(
        "select[data-append-to] option", "rows => rows.map(row => row.text)"
    )
    page.fill("textarea", "另请说明原因。")
    page.focus("select[data-append-to]")
    page.select_option("select[data-append-to]", label=reasons[1])
    assert page.input_value("textarea") == f"另请说明原因。\n{reasons[1]}"
    page.select_option("select[data-append-to]", label=reasons[2])
    assert page.input_value("textarea") == f"另请说明原因。\n{reasons[2]}"
    page.focus("textarea")
    assert page.input_value("select[data-append-to]") == ""
