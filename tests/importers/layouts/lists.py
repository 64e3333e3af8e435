"""One plan in the layouts of many offices. Each maker gives the bytes, as ``LAYOUTS`` names them.

The plan has three issues and five tasks; ``TASKS`` is what every layout must give back, as far as
it has the columns.
"""

from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path

import xlsxwriter
from docx import Document
from openpyxl import Workbook
from openpyxl.utils.datetime import MAC_EPOCH

FILES = Path(__file__).parent / "files"

ISSUES = {
    "1": "一是部分入河排污口整治不到位，3个排污口雨天溢流。",
    "2": "二是扬尘管控不力，4个工地未落实六个百分之百。",
    "3": "三是危险废物贮存不规范。",
}
FACTS = {"source": "省级例行督察", "medium": "水"}


def _task(number, issue, title, goal, measures, units, supporting, deadline):
    return {
        "number": number,
        "issue_number": issue,
        "issue_text": ISSUES[issue],
        "title": title,
        "goal": goal,
        "measures": measures,
        "units": units,
        "supporting_units": supporting,
        "acceptance_unit": "市生态环境局",
        "deadline_text": deadline,
        "accountable_leader": "副市长 李明",
        **FACTS,
    }


TASKS = [
    _task(
        "1",
        "1",
        "完成排污口整治",
        "全部整治到位。",
        "1.排查溯源。\n2.雨污分流。",
        "临江县",
        "市水利局",
        "2023年12月底前",
    ),
    _task(
        "2",
        "1",
        "建立管护机制",
        "机制健全。",
        "制定办法。",
        "临江县、东海县",
        "",
        "立行立改、长期坚持",
    ),
    _task(
        "3",
        "2",
        "落实扬尘管控",
        "六个百分之百全部落实。",
        "开展专项整治。",
        "市住建局",
        "市城管局",
        "2023年12月31日",
    ),
    _task(
        "4", "2", "加密监测", "降尘达标。", "新增监测点6个。", "市生态环境局", "", "2024年6月30日"
    ),
    _task(
        "5", "3", "规范贮存", "贮存场所达标。", "1.清运。\n2.改造。", "江海开发区", "", "2025年底前"
    ),
]
DAYS = {"2023年12月31日": date(2023, 12, 31), "2024年6月30日": date(2024, 6, 30)}
CHINESE = dict(zip("12345", "一二三四五", strict=True))


@dataclass(frozen=True)
class Layout:
    """A file with its name, the fields it holds, and what is different from ``TASKS`` there.

    ``correct`` is the one correction of the mapping that a person makes, as ``(header, field)``.
    """

    content: bytes
    name: str
    fields: tuple[str, ...]
    change: dict[str, dict[str, str]] = field(default_factory=dict)
    correct: tuple[str, str] | None = None


USUAL = (
    "number",
    "issue_text",
    "title",
    "goal",
    "measures",
    "units",
    "supporting_units",
    "accountable_leader",
    "acceptance_unit",
    "deadline_text",
)


def _saved(book):
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _headed(text):
    return text.split("|")


def _row(task, fields):
    return [task[name] for name in fields]


def printed_form():
    """As plans print it: title, sub-title, two-row merged header, merged issues, notes, names."""
    book = Workbook()
    sheet = book.active
    sheet.title = "任务清单"
    sheet.append(["江海市贯彻落实省生态环境保护督察反馈意见整改任务清单"])
    sheet.append(
        ["填报单位（盖章）：市整改办", "", "", "截至日期：2023年10月31日", "", "", "", "单位：项"]
    )
    sheet.append(
        [
            "序号",
            "反馈问题",
            "整改任务",
            "整改目标",
            "整改措施",
            "责任单位",
            "",
            "责任领导",
            "督导/验收单位",
            "整改时限",
            "备注",
        ]
    )
    sheet.append(["", "", "", "", "", "牵头", "配合"])
    for task in TASKS:
        sheet.append(_row(task, USUAL))
    sheet["J7"] = date(2023, 12, 31)
    sheet["J7"].number_format = 'yyyy"年"m"月"d"日";@'
    sheet.append(["合计", "3个问题5项任务"])
    sheet.append(["注：1.本表一式两份，报送市整改办。"])
    sheet.append(["2.责任单位有调整的，另行报送。"])
    sheet.append(["填报人：张三", "", "审核人：李四", "", "联系电话：0513-12345678"])
    for place in ("A1:K1", "A2:C2", "F3:G3", "B5:B6", "B7:B8", "A11:K11", "A12:K12"):
        sheet.merge_cells(place)
    for letter in "ABCDEHIJK":
        sheet.merge_cells(f"{letter}3:{letter}4")
    return Layout(_saved(book), "任务清单.xlsx", USUAL)


def synonyms_by_xlsxwriter():
    """Other words for everything, Chinese numerals, days as days, a hidden column and row."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("整改台账（2023年）")
    day = book.add_format({"num_format": "yyyy/m/d"})
    month = book.add_format({"num_format": "yyyy年m月"})
    sheet.write_row(
        0,
        0,
        [
            "编 号",
            "内部编码",
            "问题描述",
            "任务名称",
            "工作目标",
            "具体措施",
            "责任主体",
            "协办单位",
            "包案领导",
            "验收部门",
            "完成时限",
            "整改进展情况",
        ],
    )
    fields = ("number", None, *USUAL[1:])
    for row, task in enumerate(TASKS, start=1):
        values = ["x" if name is None else task[name] for name in fields]
        values[0] = f"（{CHINESE[task['number']]}）"
        sheet.write_row(row, 0, [*values, "正在推进"])
        if task["deadline_text"] in DAYS:
            sheet.write_datetime(row, 10, DAYS[task["deadline_text"]], day)
    sheet.write_datetime(5, 10, date(2025, 12, 1), month)
    sheet.set_column(1, 1, 8, None, {"hidden": True})
    sheet.set_row(4, None, None, {"hidden": True})
    book.close()
    return Layout(file.getvalue(), "台账.xlsx", USUAL, {"5": {"deadline_text": "2025年12月"}})


def blanks_and_sections():
    """No merged cells: an issue stands once, what belongs to it below; headings in between."""
    book = Workbook()
    sheet = book.active
    fields = (
        "issue_number",
        "issue_text",
        "number",
        "title",
        "goal",
        "measures",
        "units",
        "deadline_text",
        "acceptance_unit",
    )
    sheet.append(
        [
            "问题序号",
            "具体问题",
            "任务序号",
            "整改事项",
            "目标要求",
            "主要措施",
            "整改责任单位",
            "完成期限",
            "验收责任单位",
        ]
    )
    issue = ""
    for task in TASKS:
        if task["number"] in ("1", "3"):
            sheet.append(["一、水环境方面" if task["number"] == "1" else "二、大气和固废方面"])
        values = _row(task, fields)
        if task["issue_number"] == issue:
            values[:2] = [None, None]
        else:
            values[0] = f"第{CHINESE[task['issue_number']]}项"
        issue = task["issue_number"]
        sheet.append(values)
    sheet.append(["合　计", None, "5项"])
    sheet.append(["6"])
    return Layout(_saved(book), "清单.xlsx", fields)


def measure_by_measure():
    """A row for each measure, with the task merged over its rows, and for each of its units."""
    book = Workbook()
    sheet = book.active
    fields = (
        "number",
        "issue_text",
        "title",
        "goal",
        "measures",
        "units",
        "deadline_text",
        "acceptance_unit",
    )
    sheet.append(
        [
            "序号",
            "督察反馈问题",
            "整改任务",
            "整改目标",
            "整改措施",
            "责任部门",
            "时限要求",
            "验收单位",
        ]
    )
    row = 2
    for task in TASKS:
        measures, units = task["measures"].split("\n"), task["units"].split("、")
        count = max(len(measures), len(units))
        for at in range(count):
            values = _row(task, fields) if at == 0 else [None] * len(fields)
            values[4] = measures[at] if at < len(measures) else None
            values[5] = units[at] if at < len(units) else None
            for column, value in enumerate(values, start=1):
                sheet.cell(row + at, column, value)
        if count > 1:
            for letter in "ABCDGH":
                sheet.merge_cells(f"{letter}{row}:{letter}{row + count - 1}")
        row += count
    change = {"2": {"units": "临江县\n东海县"}}
    return Layout(_saved(book), "措施.xlsx", fields, change)


def printed_page_by_page():
    """Begins at C5, counts its columns, repeats title and header on each page, sub-totals."""
    book = Workbook()
    sheet = book.active
    fields = (
        "number",
        "issue_text",
        "title",
        "measures",
        "units",
        "acceptance_unit",
        "deadline_text",
    )
    header = [
        "任务\n编号",
        "存在的主要问题",
        "整改\n任务",
        "整改措施（具体）",
        "责任单位\n（全称）",
        "验收单位*",
        "整改时限\n（年月日）",
    ]
    row = 5

    def put(values, at):
        for column, value in enumerate(values, start=3):
            sheet.cell(at, column, value)

    for page in (TASKS[:3], TASKS[3:]):
        put(["整改任务分解表"], row)
        sheet.merge_cells(start_row=row, start_column=3, end_row=row, end_column=9)
        put(header, row + 1)
        put([1, 2, 3, 4, 5, 6, 7], row + 2)
        for at, task in enumerate(page, start=row + 3):
            put(_row(task, fields), at)
        row += 3 + len(page)
        put(["小计", None, f"{len(page)}项"], row)
        put(["第1页 共2页"], row + 1)
        row += 3
    return Layout(_saved(book), "分页.xlsx", fields)


def numbered_by_issue():
    """序号 spans the tasks of an issue, which have no numbers of their own."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    fields = ("issue_number", "issue_text", "title", "goal", "measures", "units", "deadline_text")
    sheet.write_row(0, 0, ["序号", "问题", "任务", "目标", "措施", "承办单位", "完成时间"])
    for row, task in enumerate(TASKS, start=1):
        sheet.write_row(row, 2, _row(task, fields)[2:])
    for first, last, issue in ((1, 2, "1"), (3, 4, "2"), (5, 5, "3")):
        for column, value in ((0, int(issue)), (1, ISSUES[issue])):
            if last > first:
                sheet.merge_range(first, column, last, column, value)
            else:
                sheet.write(first, column, value)
    book.close()
    return Layout(file.getvalue(), "问题清单.xlsx", fields)


def days_of_1904():
    """A workbook of the other date system; days as days, as numbers and as text."""
    book = Workbook()
    book.epoch = MAC_EPOCH
    sheet = book.active
    fields = ("number", "title", "units", "deadline_text", "completed_on", "closed_on")
    sheet.append(["任务号", "重点任务", "落实单位", "整改完成时限", "实际完成时间", "销号时间"])
    for task in TASKS:
        sheet.append([*_row(task, fields[:4]), date(2023, 11, 10), "2023.11.20"])
    sheet["D4"] = 43829
    sheet["D5"] = date(2024, 6, 30)
    sheet["E3"] = 43829 - 51
    sheet["F3"] = "二〇二三年十一月二十日"
    change = {
        number: {"completed_on": "2023-11-10", "closed_on": "2023-11-20"} for number in "12345"
    }
    return Layout(_saved(book), "一九〇四.xlsx", fields, change)


def typed_carelessly():
    """Full-width digits, spaces of every kind, serials, 同上, headers with remarks in brackets."""
    book = Workbook()
    sheet = book.active
    fields = (
        "number",
        "issue_text",
        "title",
        "goal",
        "measures",
        "units",
        "acceptance_unit",
        "deadline_text",
        "accountable_leader",
    )
    sheet.append(
        [
            "\u3000序\xa0号\u3000",
            "反馈问题（摘自督察报告）",
            "整 改 任 务",
            "整改目标\n（可量化）",
            "整改措施【逐条】",
            "责\u3000任\u3000单\u3000位",
            "验收单位：",
            "整改期限（yyyy-mm-dd）",
            "责任领导\n及职务",
        ]
    )
    for task in TASKS:
        values = _row(task, fields)
        values[0] = "第　" + chr(ord("０") + int(task["number"])) + "　项"
        values[2] = f" {task['title'][:3]}\n{task['title'][3:]}\u200b"
        values[5] = f"\u00a0{task['units']}\u3000"
        values[8] = "副市长\u3000李明"
        sheet.append(values)
    for row in range(3, 7):
        sheet.cell(row, 7, "同上" if row % 2 else "〃")
    sheet["H4"] = 45291
    sheet["H5"] = "45473"
    return Layout(_saved(book), "手工.xlsx", fields)


def among_other_sheets():
    """A cover, last year's list hidden, a pivot of figures, and the list."""
    book = Workbook()
    book.active.title = "说明"
    for text in ("填报说明", "一、请各单位于每月25日前报送。", "二、序号不得改动。"):
        book.active.append([text])
    old = book.create_sheet("2022年")
    old.sheet_state = "hidden"
    fields = ("number", "issue_text", "title", "measures", "units", "deadline_text")
    header = ["序号", "反馈问题", "整改任务", "整改措施", "责任单位", "整改时限"]
    old.append(header)
    for number in range(30):
        old.append([number + 1, "旧问题", "旧任务", "旧措施", "临江县", "2022年底前"])
    figures = book.create_sheet("统计")
    figures.append(["地区", "任务总数", "已完成", "完成率"])
    figures.append(["临江县", 2, 1, 0.5])
    sheet = book.create_sheet("2023年")
    sheet.append(["2023年整改任务"])
    sheet.append([])
    sheet.append(header)
    for task in TASKS:
        sheet.append(_row(task, fields))
    return Layout(_saved(book), "汇总.xlsx", fields)


def numbers_of_two_parts():
    """Tasks numbered anew under each issue: 1-1, 1-2, 2-1 …"""
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("任务")
    fields = ("number", "issue_text", "title", "units", "deadline_text")
    sheet.write_row(2, 1, ["任务序号", "问题表述", "任务内容", "责任单位", "整改时限"])
    numbers = ["1-1", "1-2", "2—1", "2－2", "三（一）"]
    for row, (task, number) in enumerate(zip(TASKS, numbers, strict=True), start=3):
        sheet.write_row(row, 1, [number, *_row(task, fields)[1:]])
    book.close()
    values = dict(zip("12345", ("101", "102", "201", "202", "301"), strict=True))
    return Layout(
        file.getvalue(), "分号.xlsx", fields, {n: {"number": v} for n, v in values.items()}
    )


def columns_side_by_side():
    """Measures in two columns, units in two columns, under merged headings; typed, not merged."""
    book = Workbook()
    sheet = book.active
    fields = ("number", "issue_text", "title", "measures", "units", "deadline_text")
    sheet.append(["序号", "突出问题", "具体任务", "整改措施", None, "责任单位", None, "整改时限"])
    sheet.append([None, None, None, "近期", "中长期", "县区", "市直部门", None])
    sheet.merge_cells("D1:E1")
    sheet.merge_cells("F1:G1")
    change = {}
    for task in TASKS:
        measures = task["measures"].split("\n")
        units = task["units"].split("、")
        sheet.append(
            [
                task["number"],
                task["issue_text"],
                task["title"],
                measures[0],
                "".join(measures[1:]),
                units[0],
                "".join(units[1:]),
                task["deadline_text"],
            ]
        )
        change[task["number"]] = {"units": "\n".join(units)}
    return Layout(_saved(book), "并列.xlsx", fields, change)


def words_of_their_own():
    """One header that nobody could know."""
    book = Workbook()
    sheet = book.active
    fields = ("number", "issue_text", "title", "units", "deadline_text")
    sheet.append(["序号", "反馈问题", "整改任务", "谁来抓", "整改时限", "备注"])
    for task in TASKS:
        sheet.append([*_row(task, fields), "无"])
    return Layout(_saved(book), "自定.xlsx", fields, correct=("谁来抓", "units"))


IN_WORD = (
    "number",
    "issue_text",
    "title",
    "goal",
    "measures",
    "units",
    "supporting_units",
    "deadline_text",
)


def plan_in_word():
    """A table of a Word document: merged cells, and numbers that Word counts itself."""
    document = Document()
    document.add_paragraph("附件：整改任务清单")
    document.add_table(1, 2).cell(0, 0).text = "联系人"
    fields = IN_WORD
    table = document.add_table(2, len(fields))
    header = ["序号", "反馈问题", "整改任务", "整改目标", "整改措施", "责任单位", None, "整改时限"]
    for column, text in enumerate(header):
        table.cell(0, column).text = text or ""
    table.cell(0, 5).merge(table.cell(0, 6)).text = "责任单位"
    table.cell(1, 5).text, table.cell(1, 6).text = "牵头单位", "配合单位"
    for column in (0, 1, 2, 3, 4, 7):
        table.cell(0, column).merge(table.cell(1, column)).text = header[column]
    for task in TASKS:
        cells = table.add_row().cells
        for cell, text in zip(cells[1:], _row(task, fields)[1:], strict=True):
            cell.text = text
        cells[0].paragraphs[0].style = "List Number"
        properties = cells[0].paragraphs[0]._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_numId().val = 9
        properties.get_or_add_ilvl().val = 0
    for first, last in ((2, 3), (4, 5)):
        text = table.cell(first, 1).text
        table.cell(first, 1).merge(table.cell(last, 1)).text = text
    return Layout(_saved(document), "方案.docx", fields)


def saved(name, fields=USUAL):
    """A file of LibreOffice's making, kept beside the tests."""
    return Layout((FILES / name).read_bytes(), name, fields)


LAYOUTS = {
    "printed form": printed_form,
    "synonyms by XlsxWriter": synonyms_by_xlsxwriter,
    "blanks and sections": blanks_and_sections,
    "measure by measure": measure_by_measure,
    "printed page by page": printed_page_by_page,
    "numbered by issue": numbered_by_issue,
    "days of 1904": days_of_1904,
    "typed carelessly": typed_carelessly,
    "among other sheets": among_other_sheets,
    "numbers of two parts": numbers_of_two_parts,
    "columns side by side": columns_side_by_side,
    "words of their own": words_of_their_own,
    "plan in Word": plan_in_word,
    "saved by LibreOffice": lambda: saved("libreoffice.xlsx"),
    "saved by LibreOffice as xls": lambda: saved("libreoffice.xls"),
    "saved by LibreOffice as docx": lambda: saved("libreoffice.docx", IN_WORD),
}
