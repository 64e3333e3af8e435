"""What is posted to robots, to the letter.

The signatures were worked out apart, with openssl:
``printf '%s\\nSECabc' 1655950000000 | openssl dgst -sha256 -hmac SECabc -binary | base64`` for
DingTalk; for Feishu the same of nothing, with ``-mac HMAC -macopt hexkey:…`` for the key.
"""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from tracker.choices import RobotFormat
from tracker.rules.webhooks import ATTEMPTS, Message, is_accepted, request_of, wait_after

AT = datetime(2022, 6, 23, 2, 6, 40, tzinfo=UTC)
MESSAGE = Message("整改 2022-06-23：省督2022", ["3 项任务逾期", "2 家单位未报送"], "https://x.cn/")
URL = {
    "wecom": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k",
    "dingtalk": "https://oapi.dingtalk.com/robot/send?access_token=t",
    "feishu": "https://open.feishu.cn/open-apis/bot/v2/hook/h",
}


def posted(robot, message=MESSAGE, secret=""):
    request = request_of(robot, message, url=URL[robot], secret=secret, at=AT, link_text="打开系统")
    return request.url, json.loads(request.body)


def test_wecom():
    assert posted("wecom") == (
        URL["wecom"],
        {
            "msgtype": "markdown",
            "markdown": {
                "content": "## 整改 2022-06-23：省督2022\n> 3 项任务逾期\n> 2 家单位未报送\n"
                "[打开系统](https://x.cn/)"
            },
        },
    )


def test_dingtalk():
    url, body = posted("dingtalk")
    assert url == URL["dingtalk"]
    assert body == {
        "msgtype": "markdown",
        "markdown": {
            "title": "整改 2022-06-23：省督2022",
            "text": "### 整改 2022-06-23：省督2022\n\n> 3 项任务逾期\n\n> 2 家单位未报送\n\n"
            "[打开系统](https://x.cn/)",
        },
    }


def test_dingtalk_signs_in_the_address():
    url, _body = posted("dingtalk", secret="SECabc")
    assert parse_qs(urlsplit(url).query) == {
        "access_token": ["t"],
        "timestamp": ["1655950000000"],
        "sign": ["ftlpaZUEFT+LeqdJ6AFVCsTWYnERguIUwrjMEByu/d4="],
    }
    assert "%2B" in url or "%2F" in url or "%3D" in url


def test_feishu():
    url, body = posted("feishu")
    assert url == URL["feishu"]
    assert body == {
        "msg_type": "post",
        "content": {
            "post": {
                "zh_cn": {
                    "title": "整改 2022-06-23：省督2022",
                    "content": [
                        [{"tag": "text", "text": "3 项任务逾期"}],
                        [{"tag": "text", "text": "2 家单位未报送"}],
                        [{"tag": "a", "text": "打开系统", "href": "https://x.cn/"}],
                    ],
                }
            }
        },
    }


def test_feishu_signs_in_the_body():
    _url, body = posted("feishu", secret="abc")
    assert (body["timestamp"], body["sign"]) == (
        "1655950000",
        "73ckyjzw8LSH0ntw7zggZweexlZTKguyiP3/J08ncME=",
    )


@pytest.mark.parametrize("robot", ["wecom", "dingtalk", "feishu"])
def test_a_long_message_is_cut_at_a_line_and_says_so(robot):
    message = Message("整" * 10, [f"第{number}项任务逾期未完成" for number in range(3000)], "")
    request = request_of(robot, message, url=URL[robot], secret="", at=AT, link_text="打开")
    assert len(request.body) < 60_000
    text = json.loads(request.body)
    if robot == "wecom":
        content = text["markdown"]["content"]
        assert len(content.encode()) <= 4096
        assert content.endswith("\n…")
    assert "…" in request.body.decode()


def test_a_title_that_is_too_long_is_cut_between_characters():
    request = request_of(
        "wecom", Message("整" * 4000, ["x"]), url=URL["wecom"], secret="", at=AT, link_text=""
    )
    content = json.loads(request.body)["markdown"]["content"]
    assert len(content.encode()) <= 4096
    assert "\ufffd" not in content


def test_the_characters_of_a_title_mean_nothing_else():
    _url, body = posted("wecom", Message("a\n# b", ["[x](http://evil) <@all> *b*"]))
    content = body["markdown"]["content"]
    assert content == "## a ＃ b\n> ［x］(http://evil) ＜@all＞ ＊b＊"


@pytest.mark.parametrize(
    ("status", "body", "accepted"),
    [
        (200, b'{"errcode":0,"errmsg":"ok"}', True),
        (200, b'{"errcode":93000,"errmsg":"invalid webhook url"}', False),
        (200, b'{"code":0,"msg":"success"}', True),
        (200, b'{"StatusCode":0,"StatusMessage":"success"}', True),
        (200, b'{"code":19021,"msg":"sign match fail"}', False),
        (200, b"{}", False),
        (200, b"[]", False),
        (200, b"<html>", False),
        (302, b'{"errcode":0}', False),
        (500, b'{"errcode":0}', False),
    ],
)
def test_a_robot_says_yes_with_a_code(status, body, accepted):
    assert is_accepted(status, body) is accepted


def test_the_wait_grows_and_ends():
    waits = [wait_after(attempts) for attempts in range(1, ATTEMPTS + 1)]
    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=4), timedelta(minutes=16)]
    assert waits[-1] is None
    assert set(RobotFormat) == set(URL)
