"""What axe-core finds wrong with a page, by WCAG 2.2 AA and the good practice of the field."""

from __future__ import annotations

import json

from selenium.webdriver import Chrome
from selenium_axe_python import Axe

OPTIONS = {
    # By name: axe leaves the rules that WCAG 2.2 added out unless they are asked for.
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # Good practice only, and blind: no link within a widget comes after the page's skip link.
    "rules": {"region": {"enabled": False}},
    # Style sheets of others, which no page of ours has, would be copied against its policy.
    "preload": False,
}
_STILL = """
    const done = arguments[arguments.length - 1];
    const ends = animation => animation.effect.getComputedTiming().endTime < Infinity;
    const shadows = [...document.querySelectorAll('*')].flatMap(one => one.shadowRoot ?? []);
    const moving = [document, ...shadows].flatMap(root => root.getAnimations()).filter(ends);
    Promise.allSettled(moving.map(animation => animation.finished)).then(() => done());
"""


def violations(browser: Chrome) -> list[str]:
    """Each rule that is broken, with the elements that break it, once the page stands still."""
    browser.execute_async_script(_STILL)
    axe = Axe(browser)
    axe.inject()
    found = axe.run(options=json.dumps(OPTIONS))["violations"]
    return [f"{one['id']}: {[node['html'] for node in one['nodes']]}" for one in found]
