"""Messages to group robots in the formats of WeCom, DingTalk and Feishu.

Sources, as their makers document them:

- 企业微信 群机器人配置说明: markdown, a content of at most 4096 bytes of UTF-8;
- 钉钉 自定义机器人安全设置 (加签): milliseconds, and Base64 of the HMAC-SHA256 of
  ``timestamp\\nsecret`` under the secret, both in the query;
- 飞书 自定义机器人使用指南 (签名校验): seconds, and Base64 of the HMAC-SHA256 of nothing under
  ``timestamp\\nsecret``, both in the body.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from tracker.choices import RobotFormat

__all__ = [
    "ATTEMPTS",
    "HOSTS",
    "Message",
    "is_accepted",
    "request_of",
    "wait_after",
]

HOSTS = {
    RobotFormat.WECOM: "qyapi.weixin.qq.com",
    RobotFormat.DINGTALK: "oapi.dingtalk.com",
    RobotFormat.FEISHU: "open.feishu.cn",
}
"""Where each messenger's robots live; an installation of one's own has another host."""

WECOM_BYTES = 4096
OTHER_BYTES = 18_000
"""DingTalk and Feishu take bodies of some 20 KB."""

ATTEMPTS = 6
_FIRST_WAIT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Message:
    """A title and lines of plain text; ``link`` is where to look."""

    title: str
    lines: Sequence[str]
    link: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """What is posted: an address and a body of JSON."""

    url: str
    body: bytes


def request_of(
    robot: str, message: Message, *, url: str, secret: str, at: datetime, link_text: str
) -> Request:
    """The request that makes a robot say ``message`` at the moment ``at``."""
    if robot == RobotFormat.WECOM:
        content = _markdown(message, link_text, heading="## ", most=WECOM_BYTES)
        payload: dict[str, object] = {"msgtype": "markdown", "markdown": {"content": content}}
    elif robot == RobotFormat.DINGTALK:
        text = _markdown(message, link_text, heading="### ", most=OTHER_BYTES, gap="\n\n")
        markdown = {"title": _plain(message.title), "text": text}
        payload = {"msgtype": "markdown", "markdown": markdown}
        url = _signed_for_dingtalk(url, secret, at) if secret else url
    else:
        payload = _feishu(message, link_text)
        if secret:
            stamp = str(int(at.timestamp()))
            key = f"{stamp}\n{secret}".encode()
            payload = {"timestamp": stamp, "sign": _hmac(key, b""), **payload}
    return Request(url, json.dumps(payload, ensure_ascii=False).encode())


def _signed_for_dingtalk(url: str, secret: str, at: datetime) -> str:
    stamp = str(int(at.timestamp() * 1000))
    sign = _hmac(secret.encode(), f"{stamp}\n{secret}".encode())
    parts = urlsplit(url)
    query = [*parse_qsl(parts.query, keep_blank_values=True), ("timestamp", stamp), ("sign", sign)]
    return urlunsplit(parts._replace(query=urlencode(query)))


def _hmac(key: bytes, text: bytes) -> str:
    return base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()


def _markdown(message: Message, link_text: str, *, heading: str, most: int, gap: str = "\n") -> str:
    """Title, lines and link within ``most`` bytes; lines that have no room are left out last."""
    head = f"{heading}{_plain(message.title)}"
    foot = f"{gap}[{link_text}]({message.link})" if message.link else ""
    room = most - len(foot.encode())
    text = _cut(head, room)
    for line in message.lines:
        longer = f"{text}{gap}> {_plain(line)}"
        if len(longer.encode()) > room:
            text = _cut(f"{text}{gap}…", room)
            break
        text = longer
    return text + foot


def _feishu(message: Message, link_text: str) -> dict[str, object]:
    room, rows = OTHER_BYTES, []
    for line in message.lines:
        room -= len(line.encode())
        if room < 0:
            rows.append([{"tag": "text", "text": "…"}])
            break
        rows.append([{"tag": "text", "text": line}])
    if message.link:
        rows.append([{"tag": "a", "text": link_text, "href": message.link}])
    post = {"zh_cn": {"title": message.title, "content": rows}}
    return {"msg_type": "post", "content": {"post": post}}


MARKS = str.maketrans({mark: chr(ord(mark) + 0xFEE0) for mark in "\\`*_[]<>#"})
"""Signs of markdown as their full-width likes: the messengers do not agree on how to escape."""


def _plain(text: str) -> str:
    """One line whose characters mean nothing but themselves."""
    return " ".join(text.split()).translate(MARKS)


def _cut(text: str, most: int) -> str:
    """As much of a text as fits into ``most`` bytes, no character torn."""
    return text.encode()[: max(most, 0)].decode(errors="ignore")


def is_accepted(status: int, body: bytes) -> bool:
    """Whether the messenger took the message: they answer 200 to refusals too, with a code."""
    try:
        answer = json.loads(body)
    except ValueError:
        return False
    if status != 200 or not isinstance(answer, dict):
        return False
    codes = [answer[name] for name in ("errcode", "code", "StatusCode") if name in answer]
    return bool(codes) and not any(codes)


def wait_after(attempts: int) -> timedelta | None:
    """How long to wait after so many failed attempts; ``None`` when it is given up."""
    return None if attempts >= ATTEMPTS else _FIRST_WAIT * 4 ** (attempts - 1)
