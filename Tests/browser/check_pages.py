"""Looks at a running Rollbook's pages in a real browser, in light and dark, on a desk and on a phone, by keyboard."""

import pathlib
import sys

from devtools import Browser

CHECKS = pathlib.Path(__file__).with_name("page_checks.js").read_text()

# The screens and schemes in which every page is looked at.
VIEWS = {
    "light": dict(width=1280, height=900, scheme="light"),
    "dark": dict(width=1280, height=900, scheme="dark"),
    "phone": dict(width=360, height=740, scheme="light", mobile=True),
    "phone-dark": dict(width=360, height=740, scheme="dark", mobile=True),
}


class Checks:
    """Counts what was looked at, and tells what is wrong."""

    def __init__(self):
        self.count = 0
        self.faults = []

    def expect(self, holds, what):
        self.count += 1
        if not holds:
            self.faults.append(what)
            print(f"  wrong: {what}", file=sys.stderr)


def complaints(browser, page):
    """What the browser itself complained about since the page was opened."""
    found = []
    for event in browser.events:
        details = event.get("params", {})
        match event.get("method"):
            case "Runtime.exceptionThrown":
                found.append("exception: " + details["exceptionDetails"].get("text", ""))
            case "Runtime.consoleAPICalled" if details["type"] in ("error", "assert"):
                found.append("console: " + str([value.get("value") for value in details["args"]]))
            case "Log.entryAdded" if details["entry"]["level"] == "error":
                # A page that is meant to be an error page is no fault of the page.
                if details["entry"].get("url") != page:
                    found.append("log: " + details["entry"]["text"])
            case "Audits.issueAdded" if details["issue"]["code"] == "ContentSecurityPolicyIssue":
                found.append("content security policy: " + str(details["issue"]["details"]))
    return found


def look(browser, checks, url, name, view, folder):
    """Looks at one page in one view."""
    settings = VIEWS[view]
    browser.screen(settings["width"], settings["height"], settings.get("mobile", False))
    browser.media(prefers_color_scheme=settings["scheme"], prefers_reduced_motion="reduce")
    browser.open(url)
    for fault in browser.evaluate(CHECKS) + complaints(browser, url):
        checks.expect(False, f"{name}, {view}: {fault}")
    checks.expect(True, name)
    browser.screenshot(folder / f"{name}-{view}.png")


def walk_by_keyboard(browser, checks, url):
    """Tab reaches the skip link first, which leads to the content; then every field of the form, each visibly."""
    browser.screen(1280, 900)
    browser.media(prefers_color_scheme="light", prefers_reduced_motion="reduce")
    browser.open(url)
    browser.press("Tab")
    skip = browser.evaluate(
        "(() => { const at = document.activeElement; const box = at.getBoundingClientRect();"
        " return at.matches('.skip') && box.top >= 0 && box.height > 20 })()")
    checks.expect(skip, "the first Tab shows the skip link")
    browser.press("Enter")
    checks.expect(
        browser.evaluate("document.activeElement.matches('main')"), "the skip link leads to the content")
    reached = set()
    for _ in range(60):
        browser.press("Tab")
        at = browser.evaluate(
            "(() => { const at = document.activeElement; const style = getComputedStyle(at);"
            " return [at.name || at.textContent.slice(0, 20), style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2] })()")
        reached.add(at[0])
        checks.expect(at[1], f"focus is visible on {at[0]}")
        if at[0] == "Show":
            break
    for name in ("as_of", "days", "by", "Show"):
        checks.expect(name in reached, f"Tab reaches {name}")


def choose_by_form(browser, checks, url):
    """A number typed into the form is what the page then shows; a wrong one is refused with a message."""
    browser.open(url)
    browser.evaluate("document.querySelector('[name=days]').focus()")
    for digit in "14":
        browser.press(digit, text=digit)
    browser.events.clear()
    browser.press("Enter")
    browser.wait_for("Page.loadEventFired")
    checks.expect("days=14" in browser.evaluate("location.search"), "the form sends what was typed")
    checks.expect(browser.evaluate("document.querySelector('[name=days]').value") == "14", "the form keeps what was chosen")
    browser.open(url.split("?")[0] + "?days=0")
    text = browser.evaluate("document.querySelector('[role=alert]')?.textContent ?? ''")
    checks.expect("days" in text and "3660" in text, "a wrong number is refused with what it may be")


def change_scheme(browser, checks, url):
    """Charts follow when the scheme changes while the page is open."""
    browser.media(prefers_color_scheme="light")
    browser.open(url)
    browser.media(prefers_color_scheme="dark")
    browser.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    for fault in browser.evaluate(CHECKS):
        checks.expect(False, f"after a change to dark: {fault}")
    browser.media(prefers_color_scheme="light")


def first_link(browser, base, path):
    """The first record of a list."""
    browser.open(base + path)
    link = browser.evaluate(f"document.querySelector('main tbody a[href^=\"{path}/\"]')?.href ?? ''")
    return link or None


def instant_with_records(browser, base):
    """The query that a page offers where the present has no records; empty where it has some."""
    browser.open(base + "/")
    return browser.evaluate("new URL(document.querySelector('.notice a')?.href ?? location.href).search")


def main():
    program, base, folder = sys.argv[1], sys.argv[2].rstrip("/"), pathlib.Path(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    checks = Checks()
    with Browser(program) as browser:
        query = instant_with_records(browser, base)
        pages = {"school": base + "/" + query, "not-found": base + "/students/no-such-student",
                 "refused": base + "/?days=0"}
        if query:
            pages["school-now"] = base + "/"
        for kind, one in (("students", "student"), ("teachers", "teacher"), ("classes", "class")):
            pages[kind] = f"{base}/{kind}{query}"
            link = first_link(browser, base, f"/{kind}")
            checks.expect(link is not None, f"/{kind} lists records")
            if link:
                pages[one] = link + query
        for name, url in pages.items():
            for view in VIEWS:
                look(browser, checks, url, name, view, folder)
        browser.screen(1280, 900)
        browser.open(pages["school"])
        checks.expect(browser.evaluate("document.querySelectorAll('canvas').length") >= 3, "the school's page has charts")
        walk_by_keyboard(browser, checks, pages["school"])
        choose_by_form(browser, checks, pages["school"])
        change_scheme(browser, checks, pages["school"])
    print(f"{len(pages)} pages in {len(VIEWS)} views, {checks.count} checks, {len(checks.faults)} wrong; pictures in {folder}")
    return 1 if checks.faults else 0


if __name__ == "__main__":
    sys.exit(main())
