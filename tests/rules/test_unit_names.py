import pytest

from tracker.rules.unit_cells import units_in
from tracker.rules.unit_names import MOST_SUGGESTIONS, KnownUnit, UnitNames, UnknownUnit

CITY, LINJIANG, DONGHAI, QIDONG, PARK = "city", "linjiang", "donghai", "qidong", "park"
WATER, ECOLOGY, LOCAL, TOWN, OTHER_TOWN, FIRM = (
    "water",
    "ecology",
    "local",
    "town",
    "other town",
    "firm",
)
UNITS = [
    KnownUnit(CITY, ["江海市", "江海市人民政府", "市政府"], None, "region"),
    KnownUnit(LINJIANG, ["临江区人民政府", "临江区", "临江"], CITY, "region"),
    KnownUnit(DONGHAI, ["东海县", "东海"], CITY, "region"),
    KnownUnit(QIDONG, ["启东市", "启东"], CITY, "region"),
    KnownUnit(PARK, ["江海经济技术开发区管理委员会", "江海开发区"], CITY, "park"),
    KnownUnit(WATER, ["江海市水利局", "市水利局"], CITY, "department"),
    KnownUnit(ECOLOGY, ["市生态环境局"], CITY, "department"),
    KnownUnit(LOCAL, ["东海县生态环境局"], DONGHAI, "department"),
    KnownUnit(TOWN, ["洋口镇"], DONGHAI, "region"),
    KnownUnit(OTHER_TOWN, ["城关街道办事处"], DONGHAI, "region"),
    KnownUnit(FIRM, ["江海排水有限公司"], "nowhere", "enterprise"),
]


@pytest.fixture
def names():
    return UnitNames(UNITS)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("启东市", QIDONG),
        ("启东", QIDONG),
        ("启东市人民政府", QIDONG),
        ("启东市政府", QIDONG),
        ("启东市委、市政府", QIDONG),
        ("启东市委市政府", QIDONG),
        ("启东市党委和政府", QIDONG),
        ("启 东　市\n人民政府", QIDONG),
        ("江海市启东市", QIDONG),
        ("江海市临江区人民政府", LINJIANG),
        ("水利局", WATER),
        ("江海市水利局", WATER),
        ("江海市生态环境局", ECOLOGY),
        ("东海县生态环境局", LOCAL),
        ("县生态环境局", LOCAL),
        ("东海县洋口镇", TOWN),
        ("洋口镇人民政府", TOWN),
        ("城关街道", OTHER_TOWN),
        ("江海经济技术开发区管委会", PARK),
        ("江海排水有限公司", FIRM),
    ],
)
def test_a_unit_is_known_by_each_of_its_names(names, text, key):
    assert names.one(text) == key


def test_a_name_that_fits_two_units_is_not_decided(names):
    with pytest.raises(UnknownUnit, match="may be") as refusal:
        UnitNames([*UNITS, KnownUnit("new", ["启东"])]).one("启东")

    assert refusal.value.near == (QIDONG, "new")


def test_an_unknown_name_is_refused_with_the_nearest(names):
    with pytest.raises(UnknownUnit, match="Is it “启东市”") as refusal:
        names.one("起东市")

    assert refusal.value.near[0] == QIDONG
    assert refusal.value.text == "起东市"


def test_a_name_like_no_other_is_refused_without_any(names):
    with pytest.raises(UnknownUnit, match="Enter the unit first"):
        names.one("火星探测总站")


def test_near_names_are_looked_up_a_hundred_times_and_no_more(names):
    for number in range(MOST_SUGGESTIONS):
        names.near(f"第{number}不存在单位")

    assert names.near("起东市") == ()
    assert names.near("第1不存在单位") == names.suggested["第1不存在单位"]


@pytest.mark.parametrize(
    "text",
    [
        "临江区、东海县",
        "临江区，东海县",
        "临江区;东海县",
        "临江区／东海县",
        "临江区\n东海县",
        "临江区 东海县",
        "临江区和东海县",
        "1.临江区\n2.东海县",
        "临江区、东海县、临江区",
        "临江区人民\n政府、东海县",
        "责任单位：临江区、东海县。",
    ],
)
def test_several_units_in_one_cell_are_split(names, text):
    cell = units_in(text, names)

    assert (cell.units, cell.faults, cell.lead) == ([LINJIANG, DONGHAI], [], None)


@pytest.mark.parametrize(
    "text",
    [
        "牵头：东海县；责任单位：临江区；配合：市水利局、市生态环境局",
        "牵头单位：东海县 责任单位：临江区\n配合单位：市水利局、市生态环境局",
        "临江区、东海县（牵头）、市水利局、市生态环境局（配合）",
        "东海县牵头，市水利局、市生态环境局配合，临江区落实",
    ],
)
def test_who_leads_and_who_helps_is_told_apart(names, text):
    cell = units_in(text, names)

    assert cell.faults == []
    assert cell.lead is not None
    assert set(cell.units) == {LINJIANG, DONGHAI}
    assert cell.units[0] == cell.lead
    assert cell.supporting == [WATER, ECOLOGY]


def test_those_who_supervise_and_accept_are_kept_apart(names):
    cell = units_in("责任：启东市；督导：市水利局；验收单位：市生态环境局", names)

    assert cell.units == [QIDONG]
    assert (cell.supervising, cell.acceptance) == ([WATER], [ECOLOGY])


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("各县（市、区）", [LINJIANG, DONGHAI, QIDONG]),
        ("各县（市、区）人民政府", [LINJIANG, DONGHAI, QIDONG]),
        ("全市各县市区", [LINJIANG, DONGHAI, QIDONG]),
        ("各县(市)、区", [LINJIANG, DONGHAI, QIDONG]),
        ("各区", [LINJIANG]),
        ("各园区", [PARK]),
        ("各县（市、区）、各园区管委会", [LINJIANG, DONGHAI, QIDONG, PARK]),
        ("东海县各镇（街道）", [TOWN, OTHER_TOWN]),
        ("江海市各县（市、区），市水利局", [LINJIANG, DONGHAI, QIDONG, WATER]),
    ],
)
def test_each_unit_of_a_kind_is_meant(names, text, keys):
    cell = units_in(text, names)

    assert (cell.units, cell.faults) == (keys, [])


def test_in_a_flat_list_of_units_the_places_are_found_by_their_names():
    flat = UnitNames([KnownUnit(n, [n]) for n in ("甲县", "乙区", "丙开发区", "市水利局")])

    assert units_in("各县（市、区）", flat).units == ["甲县", "乙区"]
    assert units_in("各开发区", flat).units == ["丙开发区"]


@pytest.mark.parametrize("text", ["有关部门", "市各有关部门", "相关县（市、区）", "市水利局等"])
def test_what_names_nobody_in_particular_is_refused(names, text):
    cell = units_in(text, names)

    assert cell.units == []
    assert ["Name each of them" in str(fault) for fault in cell.faults] == [True]


@pytest.mark.parametrize("text", ["各县（市、区）", "火星县各镇"])
def test_where_there_is_none_of_the_kind_the_name_is_unknown(text):
    cell = units_in(text, UnitNames([KnownUnit("a", ["市水利局"])]))

    assert cell.units == []
    assert len(cell.faults) == 1


def test_every_wrong_name_of_a_cell_is_told(names):
    cell = units_in("临江区、起东市；火星局", names)

    assert cell.units == [LINJIANG]
    assert [fault.text for fault in cell.faults] == ["起东市", "火星局"]


@pytest.mark.parametrize("text", ["", " ", "、；", "牵头："])
def test_an_empty_cell_names_nobody(names, text):
    cell = units_in(text, names)

    assert (cell.units, cell.faults, cell.lead) == ([], [], None)


def test_brackets_that_never_close_do_no_harm(names):
    assert units_in("）临江区（、", names).faults != []


def test_a_name_longer_than_any_is_cut_in_the_message(names):
    [fault] = units_in("甲" * 5000, names).faults

    assert len(str(fault)) < 200
