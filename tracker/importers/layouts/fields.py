"""The fields of a task, and the words under which offices head their columns.

A word stands with every field it may mean; the number says how surely it means it. The words of
``OTHERS`` head columns that a list often has and an import does not need: knowing them keeps
整改进展 from being taken for 整改措施.
"""

from django.conf import settings
from django.utils.translation import override

from tracker.forms.task_rows import TaskRowForm
from tracker.rules.folding import fold

__all__ = ["DAYS", "FIELDS", "FREE", "ISSUE", "NUMBERS", "OTHERS", "SEVERAL", "WORDS", "words"]

FIELDS = tuple(TaskRowForm.base_fields)
"""The fields of a row, by the names of the task template."""

NUMBERS = ("number", "issue_number")
DAYS = ("due_on", "completed_on", "closed_on")
ISSUE = ("issue_number", "issue_text", "source", "medium")
"""Fields of the issue, which several tasks may share."""

SEVERAL = ("measures", "units", "supporting_units")
"""Fields of which a task may have several, in rows or columns of their own."""

FREE = ("issue_text", "title", "goal", "measures")
"""Texts that may go on in the row below, or in a second column."""

WORDS: dict[str, dict[float, str]] = {
    "number": {
        1.0: "任务编号 任务序号 整改任务编号 整改任务序号 任务号 整改任务号 事项编号 事项序号"
        " 整改事项编号 整改事项序号 整改编号 整改序号 项目编号 项目序号 任务项次",
        0.8: "序号 编号 项次 项号 顺序号 总序号 no no. 序",
        0.6: "号 条目 分序号 小序号 号码",
    },
    "issue_number": {
        1.0: "问题编号 问题序号 反馈问题编号 反馈问题序号 问题号 督察问题编号 督察问题序号"
        " 反馈意见序号 问题项次 大序号",
        0.9: "问题编码 问题代码",
        0.7: "序号 编号 总序号",
    },
    "issue_text": {
        1.0: "反馈问题 具体问题 问题描述 问题内容 反馈问题内容 反馈问题原文 督察反馈问题 反馈意见"
        " 督察反馈意见 存在问题 存在的问题 主要问题 突出问题 整改问题 问题表述 反馈的具体问题"
        " 反馈问题具体内容 督察发现问题 发现问题 发现的问题 突出环境问题 交办问题 问题概况 问题情况"
        " 问题 督察反馈意见原文 反馈问题具体表述 具体问题表述 督察反馈的问题 督察反馈具体问题"
        " 突出生态环境问题 问题具体内容 反馈问题描述 问题简述 问题清单 问题名称 反馈内容"
        " 督察问题 环境问题 生态环境问题 需整改问题 存在主要问题",
        0.7: "反馈情况 问题及表现 基本情况 具体表现",
    },
    "source": {
        1.0: "问题来源 来源 督察来源 反馈来源 任务来源 问题出处",
        0.8: "督察批次 督察轮次 督察轮次批次 督察名称 出处",
    },
    "medium": {
        1.0: "问题类别 问题类型 类别 污染类型 环境要素 要素 问题分类 要素类别 污染类别 整改类别",
        0.8: "类型 分类 领域 所属领域 专业领域 涉及领域 问题领域 污染要素",
    },
    "title": {
        1.0: "整改任务 整改事项 任务名称 整改任务名称 任务 事项 任务内容 整改任务内容 重点任务"
        " 具体任务 主要任务 整改内容 整改项目 工作任务 具体事项 整改事项名称 事项名称 整改任务事项"
        " 整改具体任务",
        0.8: "项目名称 项目 任务事项 整改要点 整改工作 任务分解 整改工作任务 目标任务",
        0.7: "整改要求 工作内容 名称",
    },
    "goal": {
        1.0: "整改目标 目标 工作目标 整改目标要求 整改目标任务 目标要求 预期目标 整改工作目标"
        " 整改达到目标 整改预期目标",
        0.9: "目标任务 整改标准 整改达标要求",
        0.7: "预期成效 整改要求 验收标准 整改成效目标",
    },
    "measures": {
        1.0: "整改措施 措施 具体措施 主要措施 重点措施 整改重点措施 具体整改措施 主要整改措施"
        " 工作措施 整改举措 整改措施内容 整改措施及内容 整改具体措施 整改工作措施 任务措施"
        " 整改主要措施 具体举措 工作举措 整改措施要求",
        0.8: "整改方案 整改方案或措施 整改办法 整改做法 整改思路及措施 对策措施 治理措施",
    },
    "units": {
        1.0: "责任单位 责任主体 整改责任单位 整改责任主体 责任部门 整改单位 实施主体 整改实施主体"
        " 实施单位 落实单位 责任单位名称 主体责任单位 整改主体 整改责任部门 责任单位牵头"
        " 责任单位牵头单位"
        " 责任地区单位 责任县市区 责任地区 责任落实单位 责任单位部门 县市区责任单位 责任单位主体",
        0.85: "承办单位 办理单位 涉及单位 属地 责任属地 属地责任单位 责任方 主责单位 整改属地",
        0.7: "牵头单位 牵头责任单位 牵头部门 主办单位 牵头 单位 主办",
    },
    "lead": {
        1.0: "牵头单位 牵头责任单位 牵头部门 主办单位 牵头主体 第一责任单位 整改牵头单位",
        0.9: "牵头 主办 责任单位牵头 责任单位牵头单位 主责单位",
    },
    "supporting_units": {
        1.0: "配合单位 配合部门 协办单位 协助单位 参与单位 协同单位 配合责任单位 责任单位配合"
        " 责任单位配合单位 配合协办单位 参加单位 协作单位 整改配合单位 协同配合单位",
        0.9: "配合 协办 参与 协同 共同责任单位 其他责任单位",
    },
    "supervising_unit": {
        1.0: "督导单位 督办单位 督导部门 督办部门 督促单位 督导责任单位 市级督导单位 省级督导单位"
        " 行业主管部门 行业主管单位 主管部门 业务主管部门 行业监管部门 督导督办单位 市直督导单位"
        " 督促指导单位 省直督导单位 市级督导部门",
        0.8: "指导单位 监管单位 监管部门 督导 行业部门 主管单位 督导验收单位",
    },
    "acceptance_unit": {
        1.0: "验收单位 验收部门 验收责任单位 验收销号单位 销号单位 验收主体 组织验收单位"
        " 销号验收单位 验收牵头单位 整改验收单位 督导验收单位 市级验收单位",
        0.8: "验收 销号验收 核查单位 督导单位验收单位",
    },
    "deadline_text": {
        1.0: "整改时限 完成时限 整改期限 完成期限 时限 期限 时限要求 整改时限要求 整改完成时限"
        " 整改完成期限 计划完成时间 计划完成时限 截止时间 截止日期 办理时限 规定时限 任务时限"
        " 目标完成时间 要求完成时间 拟完成时间 整改限期 限期 整改截止时间 整改截止日期 到期时间"
        " 要求完成时限 完成整改时限 序时要求 规定完成时限 计划完成日期 整改到位时限",
        0.85: "预计完成时间 整改时间 时间节点 完成时间节点 整改时间节点 时间要求 整改时间要求"
        " 完成时间要求 整改目标时限 时间进度安排 进度安排",
        0.75: "完成时间 完成日期 整改完成时间 时间 日期 完成年限",
    },
    "due_on": {1.0: "到期日 时限日期 整改时限日期 截止日 到期日期 时限对应日期"},
    "accountable_leader": {
        1.0: "责任领导 包案领导 牵头领导 挂钩领导 分管领导 包保领导 市级领导 挂点领导 市领导"
        " 牵头市领导 责任市领导 联系领导 督导领导 市级责任领导 包抓领导 挂帅领导 分管市领导"
        " 市级包案领导 整改责任领导",
        0.75: "责任人 整改责任人 主要责任人 领导责任人 第一责任人 负责人 分管负责人",
    },
    "completed_on": {
        1.0: "实际完成时间 实际完成日期 整改完成日期 完成整改时间 整改实际完成时间 完成整改日期",
        0.9: "完成时间 完成日期 整改完成时间 办结时间 办结日期 整改情况完成时间",
    },
    "closed_on": {
        1.0: "销号时间 销号日期 完成销号时间 验收销号时间 办结销号时间 整改销号时间 完成销号日期"
        " 销号批准时间 销号情况销号时间",
    },
}

_OTHERS = (
    "备注 整改进展 进展情况 整改进展情况 整改情况 整改完成情况 完成情况 进展 最新进展 "
    "本月进展 本月进展情况 目前进展 目前进展情况 累计完成 完成进度 进度 进度评价 整改进度 "
    "整改成效 是否达到序时进度 未达原因 存在困难 存在困难和问题 存在的困难和问题 困难问题 "
    "下一步 下步措施 下一步措施 下一步工作 下一步工作计划 下一步工作安排 下一步计划 "
    "下步措施及时间 下步打算 是否申请销号 填报人 填报单位 联系人 联系电话 联系方式 电话 "
    "手机 佐证 佐证目录 佐证材料 附件 督导状态 整改状态 状态 当前状态 任务状态 临期超期情况 "
    "督导后风险 自查时间 验收时间 公示起止 公示时间 公示情况 是否典型 所在地 地点 地址 位置 "
    "具体责任人 责任科室 责任处室 具体联系人 完成比例 完成率 资金 投资 投资额 总投资 "
    "资金来源 经度 纬度 审核人 是否完成 是否销号 是否完成整改 销号情况 验收情况 自查情况 "
    "督导情况 问责情况 工作进展 工作进展情况 推进情况 截至目前进展 整改落实情况 落实情况 "
    "举一反三情况 长效机制 长效机制建设情况 主要领导 填报时间 更新时间 登记时间 反馈时间 "
    "交办时间 上报时间 原文页码 页码 行政区域 区域 县市区 所属地区 地区 乡镇 企业名称 "
    "单位性质 涉及企业 重点程度 难度 优先级 问题数 任务数 措施编号 措施序号 整改起始时间 "
    "开始时间 启动时间 起始时间 分值 得分 "
)
OTHERS = tuple(_OTHERS.split())


def words() -> dict[str, list[tuple[str, float]]]:
    """``{word: [(field, sureness)]}``, the template's own headers in every language among them."""
    found: dict[str, dict[str, float]] = {}
    for name, groups in WORDS.items():
        for sureness, text in groups.items():
            for word in text.split():
                found.setdefault(fold(word), {}).setdefault(name, sureness)
    for language, _title in settings.LANGUAGES:
        with override(language):
            for name, form_field in TaskRowForm.base_fields.items():
                found.setdefault(fold(str(form_field.label)), {})[name] = 1.0
    return {word: sorted(means.items(), key=lambda pair: -pair[1]) for word, means in found.items()}
