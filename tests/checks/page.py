"""
Tries the report in a real browser: page.py PAGES SOURCES BUILD. PAGES is a folder with the pages that page.sh made;
pictures go there, too. Prints a line for each case, and as its last line "N passed, N failed".

What the page says is held against `muster` and `musterc`, which know nothing of it. Cells are random; the seed is
printed, and MUSTER_SEED chooses another, MUSTER_COUNT more of them.

SPDX-License-Identifier: Apache-2.0
"""
import base64
import functools
import itertools
import json
import os
import random
import re
import shlex
import subprocess
import sys
import time

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

PAGES, SOURCES, BUILD = (os.path.abspath(argument) for argument in sys.argv[1:4])
SEED = int(os.environ.get("MUSTER_SEED") or 1)
COUNT = int(os.environ.get("MUSTER_COUNT") or 1000)

passed, failed = 0, 0


def check(name, problems):
    """A case that passes if there are no problems; the first ones are shown."""
    global passed, failed
    problems = list(problems)
    if not problems:
        passed += 1
        print(f"ok - {name}", flush=True)
        return
    failed += 1
    print(f"not ok - {name}", flush=True)
    for problem in problems[:5]:
        print("    " + str(problem).replace("\n", "\n    "))
    if len(problems) > 5:
        print(f"    and {len(problems) - 5} more")


# ---- the browser ------------------------------------------------------------------------------------------------------


def start_browser():
    options = Options()
    options.binary_location = os.environ["CHROMIUM"]
    arguments = ["--headless=new", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1",
                 "--disable-dev-shm-usage", "--no-first-run"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    for argument in arguments:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(service=Service(os.environ["CHROMEDRIVER"]), options=options)


browser = start_browser()
run = browser.execute_script


def view(width, height=900, scheme="light", media="screen"):
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia",
                            {"media": media, "features": [{"name": "prefers-color-scheme", "value": scheme},
                                                          {"name": "prefers-reduced-motion", "value": "reduce"}]})


def show(page, fragment=""):
    browser.get("about:blank")
    browser.get(f"file://{PAGES}/{page}.html{fragment}")


def picture(name, width, most=6000):
    height = min(most, run("return document.documentElement.scrollHeight"))
    data = browser.execute_cdp_cmd("Page.captureScreenshot", {
        "captureBeyondViewport": True,
        "clip": {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}})["data"]
    with open(f"{PAGES}/{name}.png", "wb") as file:
        file.write(base64.b64decode(data))


def console():
    return [entry["message"] for entry in browser.get_log("browser")]


def all_of(selector):
    return browser.find_elements(By.CSS_SELECTOR, selector)


def one(selector):
    return browser.find_element(By.CSS_SELECTOR, selector)


def text_of(selector):
    return run("return document.querySelector(arguments[0]).textContent", selector)


# ---- programs that know the answer ------------------------------------------------------------------------------------


def settings_words(settings):
    return [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]


def ask(command, settings, *more):
    done = subprocess.run([*command, *more, *settings_words(settings)], cwd=f"{SOURCES}/tests/html", capture_output=True, text=True,
                          check=False)
    return done.returncode, done.stdout, done.stderr


def muster(program, command, name="baseline"):
    ruleset = ["--ruleset", name]
    return [f"{BUILD}/{program}", command, *ruleset, "--no-probe", "--format", "json"]


def musterc_argv(rules):
    return [f"{BUILD}/musterc", "argv", "--format", "json", rules]


EVALUATE = """
    const rules = muster.sides[0].rules;
    return arguments[0].map((settings) => {
        const { decisions, warnings, argv, missing, remarks, refused, problems } = muster.evaluate(rules, settings);
        const isBool = Object.fromEntries(rules.decisions.map(({ name, type }) => [name, rules.types[type].kind === 0]));
        const orNull = (text) => text === "" ? null : text;
        const from = ({ file, line, reason, see }) => ({ file, line, because: orNull(reason), see: orNull(see) });
        return {
            problems, missing, refused, argv,
            decisions: decisions.map(({ name, value, file, line, row, because, see, proven, evidence }) => ({
                name, value: value !== null && isBool[name] ? value === "yes" : value, file, line, row: orNull(row),
                because: orNull(because), see: orNull(see), ...(evidence ? { proven, evidence } : {}) })),
            warnings: warnings.map((warning) => ({ text: warning.text, ...from(warning) })),
            remarks: argv ? remarks.map((note) =>
                ({ argument: note.argument, ...from(note), tags: orNull(note.tag) })) : [],
        };
    });
"""


def evaluate(cells):
    """What the page's own evaluator says of each cell."""
    return [answer for at in range(0, len(cells), 200) for answer in run(EVALUATE, cells[at:at + 200])]


def as_muster_says(problems):
    """Of facts without a value the programs tell all in one message."""
    for words in problems:
        unset = re.fullmatch("the fact '(.*)' is not set", words)
        yield from ["no value for the fact", unset[1]] if unset else [words]


def compare_explained(program, cells, ruleset):
    """Everything that the page says of each cell against `explain` and `argv`. Yields differences."""
    for cell, page in zip(cells, evaluate(cells)):
        status, out, err = ask(muster(program, "explain", ruleset), cell)
        if status == 2:
            words = list(page["problems"].values()) or [page["refused"] or "nothing"]
            for problem in as_muster_says(words):
                if problem not in err:
                    yield f"{cell}: the page says: {problem}\n{program}: {err}"
            continue
        known = json.loads(out)
        if page["problems"]:
            yield f"{cell}: the page refuses {page['problems']}"
        for key in ("decisions", "warnings", "missing", "remarks", "refused", "argv"):
            if page[key] != known[key]:
                yield f"{cell}: {key}: the page says\n{page[key]}\n{program}:\n{known[key]}"
        status, out, err = ask(muster(program, "argv", ruleset), cell)
        if (json.loads(out) if status == 0 else None) != page["argv"]:
            yield f"{cell}: argv: the page says {page['argv']}, {program} argv ends with {status}: {out}{err}"


def compare_argv(rules, cells, count):
    """Command lines and refusals against `musterc argv`, which needs no built program. Yields differences."""
    for cell, page in zip(cells, evaluate(cells)):
        status, out, err = ask(musterc_argv(rules), cell)
        count[status] = count.get(status, 0) + 1
        if status == 0 and page["argv"] != json.loads(out):
            yield f"{cell}: the page says {page['argv']}, musterc {out}"
        warned = [line for line in err.splitlines() if line.startswith("musterc: warning: ")]
        if status == 0 and len(warned) != len(page["warnings"]):
            yield f"{cell}: the page warns of {page['warnings']}, musterc says {err}"
        if status == 0:
            continue
        said = list(page["problems"].values()) or ([page["refused"]] if page["refused"] else page["missing"])
        if page["argv"] is not None or not said or any(words not in err for words in as_muster_says(said)):
            yield f"{cell}: the page says {said}, musterc {err}"


# ---- random hosts -------------------------------------------------------------------------------------------------------

BASELINE_FACTS = {
    "guest_arch": ["x86_64", "aarch64", "unknown"], "host_os": ["linux", "macos", "unknown"],
    "force_emulation": ["yes", "no"], "kvm": ["yes", "no"], "hvf": ["yes", "no"], "tsc_deadline": ["yes", "no"],
    "io_uring": ["yes", "no"], "unshare": ["yes", "no"], "allow_network": ["yes", "no"],
    "expose_ports": ["yes", "no"], "qemu_vm_user": ["yes", "no"],
    "qemu_version": ["unknown", "0.0", "7.2.22", "7.99.1048575", "8.0", "8.0.0", "9.1.99", "9.2", "10.0.1", "1048575.0"],
}
LETTERS = "abcXYZ019._-/ ,=:;%\"'\\$`(){}[]<>&|*?~#!@\u00e9\u20ac\U0001f600"


def random_text(source, most):
    return "".join(source.choice(LETTERS) for _ in range(source.randrange(most)))


def random_path(source, most):
    text = "/" + random_text(source, min(most, 30))
    while len(text.encode()) > most:
        text = text[:-1]
    return text + "x" * (most - len(text.encode()) if source.randrange(4) == 0 and most < 200 else 0)


def legal_baseline(source):
    cell = {name: source.choice(values) for name, values in BASELINE_FACTS.items()}
    most = 103 if cell["host_os"] == "macos" else 107
    cell["vm_id"] = "".join(source.choice("abzAZ09._-") for _ in range(source.randrange(1, 65)))
    cell["memory_mb"] = str(source.choice([1, 512, 1048576, source.randrange(1, 1048577)]))
    # What stands in -kernel and -initrd is taken as it is; of the console's line nothing is a parameter.
    for name in ("kernel_dir", "overlay_image"):
        cell[name] = random_path(source, 300)
    for name in ("cmd_socket", "event_socket", "qmp_socket", "gvproxy_socket"):
        cell[name] = random_path(source, most)
    return cell


def spoil(source, cell):
    """Takes values away, and makes others that may be refused."""
    cell = dict(cell)
    for name in list(cell):
        chance = source.randrange(12)
        if chance == 0 and name not in ("kvm", "hvf", "host_os"):
            del cell[name]
        elif chance == 1 and name not in BASELINE_FACTS:
            cell[name] = source.choice(["", "relative", "/" + "x" * 103, "/" + "x" * 104, "/" + "x" * 107, "/" + "x" * 4094,
                                        "/\u00e9" * 40, "/\x85", "/\ta", "/" + "x" * 5000, "0", "-1", "1048577", "1e3",
                                        "9" * 30, "a" * 65, "a b", "007", "+1", "/x,y=z", "/\u0000"[:1]])
    return cell


REJECTS = {
    "host_os": ["linux", "macos", "unknown"], "kvm": ["yes", "no", "true"], "broken": ["yes", "no", "no", "no"],
    "cores": ["0", "1", "4", "1024", "1025", "4096", "4097", "-1", "x"],
    "name": ["vm", "abcdefgh", "abcdefghi", "", "A"], "disk": ["/d", "/a,b", "rel", "", "/x=y,,z"],
    "port": ["1", "65535", "0", "65536", "x"], "mode": ["none", "writeback", "other"],
}
FORMS = {
    "release": ["unknown", "0.0", "4.0.1", "4.0.2", "4.0.3", "5.10.209"], "tool": ["2.0", "3.0.9", "3.1", "1.9", "unknown"],
    "cores": ["-8", "0", "1", "3", "4", "4096", "-9"], "wide": ["0", "9223372036854775806", "9223372036854775807", "12345678901234"],
    "mode": ["quick", "slow", "unknown", "fast"], "strict": ["yes", "no"],
    "word": ["a", "abcdefgh-1-22", "z-0", "a-", "A", "abcdefghi"],
    "title": ["t", "a;c%d", "\"q\"", "a,b;c%d", ",x", "", "x" * 12, "x" * 13, "x" * 40, "x" * 41, "\u20ac" * 4, "a\u0007", "a b"],
    "image": ["/i", "/a,b", "/;%", "/" + "x" * 59, "/" + "x" * 60, "i", "/a b"],
    "size": ["1048576", "1099511627776", "2097152", "1048577", "1", "0"], "least": ["1.2", "1.2.3", "20.1", "1", "1.2.3.4", "unknown"],
    "count": ["-5", "0", "5", "6", "-0", "007"], "extra": ["e", ",;%", "x" * 21], "style": ["plain", "fancy", "f,a"],
}

NEEDS = {
    "shared": ["yes", "no"], "strict": ["yes", "no"], "level": ["0", "4", "5", "8", "9"], "tri": ["yes", "no", "unknown"],
    "mode": ["none", "mapped", "passthrough"], "write": ["yes", "no"], "size": ["1", "1024"], "speed": ["1", "499", "500", "901"],
    "color": ["red", "green"], "label": ["l", "x" * 20, "x" * 21], "folder": ["/f"], "depth": ["1", "9"],
}


def from_lists(source, lists, chance):
    return {name: source.choice(values) for name, values in lists.items() if source.randrange(chance)}


def check_evaluation():
    source = random.Random(SEED)
    view(1280)
    show("baseline")
    cells = [legal_baseline(source) for _ in range(COUNT)]
    differences = list(compare_explained("muster", cells, "baseline"))
    answers = evaluate(cells)
    check(f"{COUNT} random cells of the baseline as muster argv and muster explain have them (seed {SEED})",
          differences + [f"no command line: {cell}" for cell, answer in zip(cells, answers) if not answer["argv"]])
    cells = [spoil(source, legal_baseline(source)) for _ in range(COUNT // 2)]
    check(f"{COUNT // 2} cells with values that are missing or refused", compare_explained("muster", cells, "baseline"))
    show("rejects")
    cells = [from_lists(source, REJECTS, 5) for _ in range(COUNT // 2)]
    for cell in cells:
        cell.setdefault("host_os", "linux")
        cell.setdefault("kvm", "no")
    check(f"{COUNT // 2} cells with refusals, warnings and optional parameters",
          compare_explained("tests/muster_rejects", cells, "rejects"))
    show("forms")
    count = {}
    cells = [from_lists(source, FORMS, 9) for _ in range(COUNT // 4)] + [
        {name: source.choice(values[:3]) for name, values in FORMS.items()} for _ in range(COUNT // 2)]
    problems = list(compare_argv("forms.muster", cells, count))
    if min(count.get(0, 0), count.get(2, 0)) < COUNT // 10:
        problems.append(f"too few of a kind to say anything; exit codes: {count}")
    check(f"{len(cells)} cells with escapes, units, versions and formats inside formats", problems)
    show("needs")
    cells = [from_lists(source, NEEDS, 3) for _ in range(COUNT)]
    check(f"{COUNT} cells where parameters that are tested may be missing",
          compare_explained("tests/muster_rejects", cells, "needs"))


# ---- the form -----------------------------------------------------------------------------------------------------------


def fill_control(name, value):
    control = one(f"#host-{name}")
    if control.tag_name == "select":
        Select(control).select_by_value(value)
        return
    control.send_keys(Keys.CONTROL, "a")
    control.send_keys(Keys.DELETE)
    if value and max(value) < "\U00010000":
        control.send_keys(value)
    elif value:  # the driver types no such characters
        run("arguments[0].value = arguments[1];"
            "arguments[0].dispatchEvent(new InputEvent('input', {bubbles: true}))", control, value)


SHOWN = """
    const text = (element) => element ? element.textContent : null;
    const rows = [...document.querySelectorAll("#host-result tbody tr")];
    return {
        decisions: Object.fromEntries(rows.map((row) => [text(row.cells[0].querySelector("code")),
            text(row.cells[1].querySelector("code"))])),
        because: Object.fromEntries(rows.map((row) => [text(row.cells[0].querySelector("code")),
            [text(row.querySelector(".reason")), text(row.querySelector(".place"))]])),
        lines: [...document.querySelectorAll("#host-line .argv > li > code")].map(text),
        status: text(document.querySelector("#host-status")),
    };
"""


def check_form():
    source = random.Random(SEED + 1)
    show("baseline")
    problems = []
    for _ in range(12):
        cell = legal_baseline(source)
        cell = {name: value if name in BASELINE_FACTS else value[:9] for name, value in cell.items()}
        for name, value in cell.items():
            fill_control(name, value)
        shown = run(SHOWN)
        known = json.loads(ask(muster("muster", "explain"), cell)[1])
        words = {True: "yes", False: "no"}
        for decision in known["decisions"]:
            name, value = decision["name"], decision["value"]
            if shown["decisions"].get(name) != words.get(value, value):
                problems.append(f"{cell}: {name} is {value}, shown is {shown['decisions'].get(name)}")
            if shown["because"].get(name) != [decision["because"], f"{decision['file']}:{decision['line']}"]:
                problems.append(f"{cell}: {decision}, shown is {shown['because'].get(name)}")
        argv = [word for line in shown["lines"] for word in shlex.split(line)]
        if argv != known["argv"]:
            problems.append(f"{cell}: shown is {argv}, muster: {known['argv']}")
        if "complete" not in shown["status"]:
            problems.append(f"{cell}: {shown['status']}")
    check("12 cells through the controls: decisions, reasons and command line as shown", problems)
    browser.execute_async_script("setTimeout(arguments[0], 500)")
    address = run("return location.hash")
    before = run(SHOWN)
    show("baseline", address)
    check("the address brings the same host back",
          [] if run(SHOWN) == before and len(address) > 100 else [address, before, run(SHOWN)])
    one("#host-form button[type=reset]").click()
    check("starting again takes everything back", [] if "waits for vm_id" in run(SHOWN)["status"] else [run(SHOWN)])


def check_form_refusals():
    show("rejects")
    fill_control("host_os", "unknown")
    status = run(SHOWN)["status"]
    check("a refused host: the message", [] if "this system is not known" in status else [status])
    fill_control("host_os", "linux")
    fill_control("name", "NO")
    problem = text_of("#host-name-problem")
    invalid = one("#host-name").get_attribute("aria-invalid")
    check("a refused parameter: said at the control",
          [] if "does not match the pattern [a-z]{1,8}" in problem and invalid == "true" else [problem, invalid])
    fill_control("name", "vm")
    shown = run(SHOWN)
    warnings = text_of("#host-result .warnings")
    check("warnings are shown with their reasons",
          [] if "the guest will be slow" in warnings and "there is no acceleration" in warnings else [warnings])
    check("an optional parameter that is not given is not written",
          [line for line in shown["lines"] if line.startswith(("-drive", "-monitor"))])
    fill_control("kvm", "yes")
    fill_control("disk", "/a,b")
    lines = run(SHOWN)["lines"]
    check("an optional parameter that is given is written, escaped", [] if "-drive file=/a,,b" in lines else lines)
    changed = text_of("#host-result tbody tr .changed") if all_of("#host-result .changed") else ""
    fill_control("kvm", "no")
    fill_control("disk", "")
    changed = changed or (text_of("#host-result .changed") if all_of("#host-result .changed") else "")
    fill_control("kvm", "yes")
    check("a decision that changes says what it was",
          [] if any("was tcg" in element.text for element in all_of("#host-result .changed")) else [changed])


def check_address():
    show("baseline", "#host:kvm=yes&host_os=amiga&nonsense=1&vm_id=%3Cscript%3E&tsc_deadline=maybe")
    state = run("return [document.querySelector('#host-kvm').value, document.querySelector('#host-host_os').value,"
                "document.querySelector('#host-vm_id').value, document.querySelector('#host-status').textContent]")
    expected = ["yes", "linux", "<script>"]
    problems = [] if state[:3] == expected else [state]
    for words in ("host_os = amiga", "nonsense = 1", "tsc_deadline = maybe", "does not match the pattern"):
        if words not in state[3]:
            problems.append(f"not said: {words}; but: {state[3]}")
    check("an address is believed as far as it makes sense, and the rest is said", problems)
    run("location.hash = '#host:kvm=no&hvf=yes&host_os=macos'")
    browser.implicitly_wait(0)
    value = run("return document.querySelector('#host-host_os').value")
    for _ in range(20):
        if value == "macos":
            break
        value = browser.execute_async_script("setTimeout(() => arguments[0](document.querySelector('#host-host_os').value), 50)")
    check("a new address is read", [] if value == "macos" and run(SHOWN)["decisions"]["accel"] == "hvf" else [value])


# ---- filters ------------------------------------------------------------------------------------------------------------

ROWS = """
    return [...document.querySelectorAll("table.matrix")].map((table) => ({
        decisions: table.dataset.decisions.split(" "),
        columns: [...table.querySelectorAll("thead th[data-column]")].map((cell) => cell.textContent),
        rows: [...table.querySelectorAll("tbody tr")].map((row) => ({
            cells: [...row.cells].map((cell) => cell.textContent.trim()),
            text: row.textContent, shown: row.getClientRects().length > 0,
            current: row.classList.contains("current") && row.cells[0].textContent.includes("this host") })),
        shown: table.getClientRects().length > 0 }));
"""


@functools.lru_cache(maxsize=None)
def cell_takes(cell, value):
    """Whether a cell of the page, read as a person reads it, takes a value."""
    if cell == "any":
        return True
    for test in (part.strip() for part in cell.split(",")):
        numbers = re.fullmatch(r"(>=|<)?\s*([0-9.]+)(?:\s*\.\.<\s*([0-9.]+))?", test)
        if test == value:
            return True
        if not numbers or not re.fullmatch(r"[0-9.]+", value):
            continue
        version = [int(part) for part in (value.split(".") + ["0", "0"])[:3]]
        low, high = ([int(part) for part in (text.split(".") + ["0", "0"])[:3]] if text else None
                     for text in numbers.groups()[1:])
        if numbers[1] == "<" and version < low or numbers[1] != "<" and version >= low and (not high or version < high):
            return True
    return False


SIX = ["guest_arch", "host_os", "force_emulation", "kvm", "hvf", "tsc_deadline"]
OTHERS = ["io_uring", "unshare", "allow_network", "expose_ports", "qemu_version"]


def baseline_hosts():
    """
    Every host of the baseline, with what muster decides for it. The first six facts decide about all but a few things,
    and these depend on the other facts and the system: so both parts are asked, and put together.
    """
    words = {True: "yes", False: "no"}
    plain = {"io_uring": "no", "unshare": "no", "allow_network": "no", "expose_ports": "no", "qemu_version": "unknown"}
    apart = ["network", "aio", "reconnect", "namespaces"]

    def decided(host):
        known = json.loads(ask(muster("muster", "explain"), host)[1])["decisions"]
        return {one["name"]: words.get(one["value"], one["value"]) for one in known}

    firsts = [dict(zip(SIX, values)) for values in itertools.product(*(BASELINE_FACTS[name] for name in SIX))]
    versions = ["unknown", "7.0", "8.1", "9.2"]
    rests = [dict(zip(OTHERS, values)) for values in itertools.product(*[["yes", "no"]] * 4, versions)]
    of_firsts = [decided({**first, **plain}) for first in firsts]
    of_rests = {(system, i): decided({**firsts[0], "host_os": system, **rest})
                for system in BASELINE_FACTS["host_os"] for i, rest in enumerate(rests)}
    for first, decisions in zip(firsts, of_firsts):
        for i, rest in enumerate(rests):
            other = of_rests[first["host_os"], i]
            yield {**first, **rest, **decisions, **{name: other[name] for name in apart}}


def expected_rows(table, hosts, wanted):
    """The rows that some host with the wanted values comes to, by the words in their cells."""
    names = table["columns"] + list(wanted)
    cases = set(zip(*(hosts[name] for name in names)))
    cells = list(wanted.values())
    fitting = [case for case in cases if all(map(cell_takes, cells, case[len(table["columns"]):]))]
    return [any(all(map(cell_takes, row["cells"][1:1 + len(table["columns"])], case)) for case in fitting)
            for row in table["rows"]]


def show_everything():
    one("#filters button[type=reset]").click()
    browser.execute_async_script("setTimeout(arguments[0], 0)")


def set_filters(wanted):
    show_everything()
    for name, words in wanted.items():
        Select(one(f"#filter-{name}")).select_by_visible_text(words)


def compare_filtered(hosts, wanted):
    set_filters(wanted)
    tables = run(ROWS)
    for table in tables:
        expected, actual = expected_rows(table, hosts, wanted), [row["shown"] for row in table["rows"]]
        if expected != actual:
            yield f"{wanted}: {table['decisions']}: expected {expected}, shown are {actual}"
    shown = sum(row["shown"] for table in tables for row in table["rows"])
    status = text_of("#filter-status")
    if not status.startswith(f"{shown} of " if shown < sum(len(table["rows"]) for table in tables) else "All "):
        yield f"{wanted}: {shown} rows are shown; announced is: {status}"


def check_filters():
    source = random.Random(SEED + 2)
    view(1280)
    show("baseline")
    all_hosts = list(baseline_hosts())
    hosts = {name: [host[name] for host in all_hosts] for name in all_hosts[0]}
    options = run("return [...document.querySelectorAll('#filters select')].flatMap((select) =>"
                  "[...select.options].slice(1).map((option) => [select.dataset.name, option.textContent]))")
    singles = [{name: words} for name, words in options]
    pairs = [dict([first, second]) for first, second in
             (source.sample(options, 2) for _ in range(40)) if first[0] != second[0]]
    check(f"each of {len(singles)} filters alone shows the rows that can apply",
          [problem for wanted in singles for problem in compare_filtered(hosts, wanted)])
    check(f"and so do {len(pairs)} random pairs", [problem for wanted in pairs for problem in compare_filtered(hosts, wanted)])
    set_filters({"guest_arch": "aarch64"})
    check("a filter hides something", [] if any(not row["shown"] for table in run(ROWS) for row in table["rows"]) else ["no"])
    show_everything()
    check("everything comes back", [row for table in run(ROWS) for row in table["rows"] if not row["shown"]])
    check_search()
    check_this_host(source)


def check_search():
    for words in ("hang", "guest timer", "baseline.muster:73", "nosuchword"):
        box = one("#search")
        box.clear()
        box.send_keys(words)
        tables = run(ROWS)
        problems = [row["text"] for table in tables for row in table["rows"]
                    if row["shown"] != all(word in row["text"].lower() for word in words.split())]
        problems += [table["decisions"] for table in tables if table["shown"] != any(row["shown"] for row in table["rows"])]
        count = sum(row["shown"] for table in tables for row in table["rows"])
        if not text_of("#filter-status").startswith(f"{count} of "):
            problems.append(text_of("#filter-status"))
        check(f"the search for '{words}' shows what has these words: {count} rows", problems)
    status = one("#filter-status")
    check("what is shown is announced", [] if status.get_attribute("role") == "status" else ["no live region"])
    one("#search").clear()
    show_everything()


def check_this_host(source):
    problems = []
    for _ in range(15):
        facts = {name: source.choice(values) for name, values in BASELINE_FACTS.items()}
        run("location.hash = arguments[0]", "#host:" + "&".join(f"{name}={value}" for name, value in facts.items()))
        browser.execute_async_script("setTimeout(arguments[0], 30)")
        known = json.loads(ask(muster("muster", "explain"), facts)[1])
        words = {True: "yes", False: "no"}
        host = dict(facts, **{one["name"]: words.get(one["value"], one["value"]) for one in known["decisions"]})
        for table in run(ROWS):
            outcomes = [host[name] for name in table["decisions"]]
            current = [row for row in table["rows"] if row["current"]]
            fitting = [row for row in table["rows"]
                       if all(cell_takes(words, host[name]) for name, words in zip(table["columns"], row["cells"][1:]))]
            at = 1 + len(table["columns"])
            if current != fitting or not current:
                problems.append(f"{host}: {table['decisions']}: marked {current}, expected {fitting}")
            elif any([cell.split()[0] for cell in row["cells"][at:at + len(outcomes)]] != outcomes for row in current):
                problems.append(f"{host}: {outcomes} in {current}")
    check("the rows that decide the chosen host are marked in words, on 15 random hosts", problems)
    one("#only-host").click()
    tables = run(ROWS)
    check("and can be shown alone", [row["text"] for table in tables for row in table["rows"] if row["shown"] != row["current"]])
    show_everything()


# ---- for everybody ------------------------------------------------------------------------------------------------------

CONTRAST = """
    const parse = (color) => { const [r, g, b, a = 1] = color.match(/[0-9.]+/g).map(Number); return { r, g, b, a }; };
    const over = (top, below) => ({ r: top.r * top.a + below.r * (1 - top.a), g: top.g * top.a + below.g * (1 - top.a),
        b: top.b * top.a + below.b * (1 - top.a), a: 1 });
    const channel = (value) => (value /= 255) <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    const light = ({ r, g, b }) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
    const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
    function behind(element) {
        const layers = [];
        for (let at = element; at; at = at.parentElement) {
            layers.unshift(parse(getComputedStyle(at).backgroundColor));
        }
        return layers.reduce((below, layer) => over(layer, below), { r: 255, g: 255, b: 255, a: 1 });
    }
    const bad = new Map();
    let least = 99, count = 0;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const told = (element, color, back) => {
        const style = getComputedStyle(element);
        const size = parseFloat(style.fontSize), bold = Number(style.fontWeight) >= 700;
        const needed = size >= 24 || (bold && size >= 18.66) ? 3 : 4.5;
        const found = ratio(over(color, back), back);
        least = Math.min(least, found);
        count++;
        if (found < needed)
            bad.set(`${element.tagName}.${element.className.baseVal ?? element.className}: ${found.toFixed(2)}`, 1);
    };
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || element.closest("script, style, title, desc, option, datalist") ||
            element.getClientRects().length === 0)
            continue;
        const isDrawn = element.closest("svg");
        const style = getComputedStyle(element);
        const rect = element.closest("g.node")?.querySelector("rect");
        told(element, parse(isDrawn ? style.fill : style.color),
            rect ? parse(getComputedStyle(rect).fill) : behind(element));
    }
    for (const control of document.querySelectorAll("input, select"))
        if (control.getClientRects().length > 0)
            told(control, parse(getComputedStyle(control).color), behind(control));
    return [[...bad.keys()], least, count];
"""

STRUCTURE = """
    const problems = [];
    const all = (selector) => [...document.querySelectorAll(selector)];
    const ids = all("[id]").map(({ id }) => id);
    ids.filter((id, i) => ids.indexOf(id) !== i).forEach((id) => problems.push(`the id ${id} twice`));
    for (const [name, count] of [["main", 1], ["body > header", 1], ["nav", 1], ["body > footer", 1], ["h1", 1]])
        if (all(name).length !== count)
            problems.push(`${all(name).length} of ${name}`);
    let level = 0;
    for (const heading of all("h1, h2, h3, h4, h5, h6").filter((one) => one.getClientRects().length > 0)) {
        const next = Number(heading.tagName[1]);
        if (next > level + 1)
            problems.push(`${heading.tagName} behind h${level}: ${heading.textContent}`);
        level = next;
    }
    for (const attribute of ["aria-labelledby", "aria-describedby", "for"])
        all(`[${attribute}]`).forEach((one) => one.getAttribute(attribute).split(" ").forEach((id) => {
            if (!document.getElementById(id))
                problems.push(`${attribute} of ${one.tagName} names ${id}, which is not there`);
        }));
    all("table").forEach((table) => { if (!table.caption?.textContent.trim()) problems.push("a table without caption"); });
    all("th").forEach((cell) => { if (!["row", "col"].includes(cell.scope)) problems.push("th without scope"); });
    all("section").forEach((one) => { if (!one.hasAttribute("aria-labelledby")) problems.push("a section without name"); });
    all("[tabindex='0']").forEach((one) => {
        if (!one.getAttribute("role") || !(one.getAttribute("aria-label") || one.getAttribute("aria-labelledby")))
            problems.push("a focusable region without name");
    });
    all("nav a").forEach((one) => {
        if (!document.querySelector(one.getAttribute("href"))) problems.push(`${one.textContent} leads nowhere`);
    });
    if (!document.documentElement.lang || !document.title)
        problems.push("no language or no title");
    all("svg").forEach((svg) => { if (!svg.querySelector("title") || !svg.querySelector("desc")) problems.push("svg"); });
    return problems;
"""

REACHABLE = """
    const problems = [];
    for (const control of document.querySelectorAll("a, button, input, select, [tabindex='0']")) {
        if (control.getClientRects().length === 0 || control.classList.contains("skip"))
            continue;
        control.scrollIntoView({ block: "center", behavior: "instant" });
        const { left, right, top, width, height } = control.getBoundingClientRect();
        const name = control.id || control.textContent.slice(0, 40);
        if (left < 0 || right > innerWidth + 0.5)
            problems.push(`${control.tagName} ${name} from ${left} to ${right} of ${innerWidth}`);
        if (control.matches("[tabindex]") || control.tagName === "A")
            continue;
        const hit = document.elementFromPoint(left + width / 2, top + height / 2);
        if (hit !== control && !control.contains(hit))
            problems.push(`${control.tagName} ${name} is covered by ${hit?.outerHTML.slice(0, 80)}`);
        if (height < 18)
            problems.push(`${control.tagName} ${name} is only ${height} high`);
    }
    scrollTo(0, 0);
    return problems;
"""


def check_layout(page):
    for width, name in ((1280, "100 %"), (640, "200 %"), (360, "phone width")):
        view(width, 900 if width == 1280 else 640)
        show(page)
        wide = run("return [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        check(f"{page} at {name}: no scrolling from side to side", [] if wide[0] <= wide[1] else [wide])
        check(f"{page} at {name}: all controls can be reached", run(REACHABLE))
        picture(f"{page}-{width}", width)


def check_contrast(page):
    for scheme in ("light", "dark"):
        view(1280, scheme=scheme)
        show(page)
        bad, least, count = run(CONTRAST)
        check(f"{page}, {scheme}: the contrast of {count} texts is at least {least:.2f}",
              bad if count > 50 else [f"only {count} texts"])
        back = run("return getComputedStyle(document.documentElement).backgroundColor")
        bright = sum(int(part) for part in re.findall(r"\d+", back)[:3]) > 384
        check(f"{page} is {scheme}", [] if bright == (scheme == "light") else [back])
        picture(f"{page}-{scheme}", 1280)


def check_names(page):
    view(1280)
    show(page)
    controls = [control for control in all_of("input, select, button, a, [role=region]") if control.is_displayed()]
    check(f"{page}: each of {len(controls)} controls and regions has a name",
          [control.get_attribute("outerHTML")[:120] for control in controls if not control.accessible_name.strip()])
    check(f"{page}: ids, headings, landmarks, tables", run(STRUCTURE))


TABBABLE = """
    return [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")]
        .filter((one) => one.getClientRects().length > 0 && !one.disabled).length;
"""


def check_keyboard(page):
    """Tab goes to everything, in the order of the page, and shows where it is."""
    view(1280)
    show(page)
    expected = run(TABBABLE)
    run("window.visited = []; document.addEventListener('focusin', ({target}) => visited.push(target))")
    for _ in range(expected):
        webdriver.ActionChains(browser).send_keys(Keys.TAB).perform()
    problems = run("""
        const problems = [], seen = new Set(visited);
        const all = [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")]
            .filter((one) => one.getClientRects().length > 0 && !one.disabled);
        all.filter((one) => !seen.has(one)).forEach((one) => problems.push(`not reached: ${one.outerHTML.slice(0, 90)}`));
        visited.forEach((one, i) => {
            if (i > 0 && !(visited[i - 1].compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING))
                problems.push(`out of order: ${one.outerHTML.slice(0, 90)}`);
        });
        const style = getComputedStyle(document.activeElement);
        if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2)
            problems.push("the focus is not visible");
        return problems;
    """)
    check(f"{page}: the keyboard reaches all {expected} stops in order, visibly", problems)


# ---- without a script, on paper, with malice ----------------------------------------------------------------------------


def check_without_script(page, words):
    view(1280)
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    show(page)
    document = browser.execute_cdp_cmd("DOMSnapshot.captureSnapshot", {"computedStyles": ["display"], "includeDOMRects": True})
    strings, layout = document["strings"], document["documents"][0]["layout"]
    shown = " ".join(strings[text] for text, box in zip(layout["text"], layout["bounds"]) if text >= 0 and box[2] > 0)
    node_names = document["documents"][0]["nodes"]["nodeName"]
    controls = [strings[node_names[node]] for node in layout["nodeIndex"] if strings[node_names[node]] in ("INPUT", "SELECT", "BUTTON")]
    problems = [f"not there: {word}" for word in words if word not in shown]
    check(f"{page} without JavaScript: everything is there, and no control that does nothing", problems + controls)
    picture_data = browser.execute_cdp_cmd("Page.captureScreenshot", {})["data"]
    with open(f"{PAGES}/{page}-no-script.png", "wb") as file:
        file.write(base64.b64decode(picture_data))
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def check_print(page):
    view(1280, media="print", scheme="dark")
    show(page)
    problems = run("""
        const shown = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.getClientRects().length > 0);
        const problems = shown("nav, input, select, button, .skip").map((one) => `on paper: ${one.outerHTML.slice(0, 60)}`);
        const rows = document.querySelectorAll("main tbody tr").length, there = shown("main tbody tr").length;
        if (rows !== there)
            problems.push(`${there} of ${rows} rows`);
        if (getComputedStyle(document.body).color !== "rgb(0, 0, 0)" && getComputedStyle(document.documentElement).color !== "rgb(0, 0, 0)")
            problems.push(`ink is ${getComputedStyle(document.body).color}`);
        return problems;
    """)
    paper = browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})["data"]
    pdf = base64.b64decode(paper)
    with open(f"{PAGES}/{page}.pdf", "wb") as file:
        file.write(pdf)
    if not pdf.startswith(b"%PDF") or len(pdf) < 10000:
        problems.append(f"{len(pdf)} bytes of PDF")
    check(f"{page} on paper: no controls, everything expanded, black on white", problems)
    picture(f"{page}-print", 1280)


def check_hostile(page, texts):
    view(1280)
    show(page, "#host:kind=odd&name=%3Cscript%3Epwned%3D30%3C%2Fscript%3E&%3Cscript%3Epwned=31")
    for kind, level in (("plain", "3"), ("plain", "60"), ("odd", "60"), ("unknown", "99"), ("unknown", "70")):
        if all_of("#host-kind"):
            fill_control("kind", kind)
            fill_control("level", level)
    if all_of("#host-name"):
        fill_control("name", "<img src=x onerror=pwned=32>")
    if all_of("#search"):
        one("#search").send_keys("<script>")
        one("#search").clear()
    problems = [f"it ran: {run('return window.pwned')}"] if run("return window.pwned") is not None else []
    counts = run("""
        const count = (selector) => document.querySelectorAll(selector).length;
        return { scripts: count("script:not([type])"), styles: count("style"), strange:
            count("img, iframe, object, embed, xmp, plaintext, textarea, link, base, body form form, [onerror], [onclick], [onfocus], [onload], [ontoggle], [style]"),
            links: [...document.querySelectorAll("a[href]")].map((link) => link.getAttribute("href"))
                .filter((href) => !/^(#|https?:\\/\\/)/.test(href)) };
    """)
    if counts != {"scripts": 1, "styles": 1, "strange": 0, "links": []}:
        problems.append(counts)
    shown = run("return document.body.textContent")
    problems += [f"not shown as text: {text}" for text in texts if text not in shown]
    check(f"{page}: what tries to be markup shows as text and runs nothing", problems)


def check_policy():
    """The policy forbids what the page does not do itself."""
    show("baseline")
    console()
    run("const script = document.createElement('script'); script.textContent = 'window.pwned = 1';"
        "document.body.append(script); const style = document.createElement('style');"
        "style.textContent = 'body { display: none }'; document.head.append(style);")
    stopped = run("return window.pwned === undefined && getComputedStyle(document.body).display !== 'none'")
    refused = [line for line in console() if "Content Security Policy" in line or "Content-Security-Policy" in line]
    check("the policy lets no other script and style in", [] if stopped and len(refused) >= 2 else [stopped, refused])


HOSTILE_TEXTS = ["</title></style></script><script>pwned = 1</script><!-- <img src=x onerror=pwned=1> ]]> @ &amp; ' \"",
                 "</td></table><script>pwned = 11</script>", "javascript:pwned=12", "<plaintext><xmp><textarea></textarea>",
                 "<h1>not a heading</h1>", "</pre><script>alert(25)</script>\\u2028"]


CHANGES = """
    return [...document.querySelectorAll("[data-change]")].map((one) => ({
        kind: one.dataset.change, security: one.dataset.security === "yes", title: one.querySelector("h3").textContent,
        text: one.textContent, shown: one.getClientRects().length > 0,
        sides: [...one.querySelectorAll(":scope > .sides > div")].map((side) => side.textContent) }));
"""


def check_changes():
    """The report of a change: what `musterc diff --format json` says is there, on the right sides; filters filter."""
    view(1280)
    show("diff")
    rules = [f"{SOURCES}/rules/baseline.muster", f"{PAGES}/changed.muster"]
    known = json.loads(subprocess.run([f"{BUILD}/musterc", "diff", *rules, "--format", "json"], capture_output=True,
                                      text=True, check=False).stdout)["changes"]
    changes = run(CHANGES)
    problems = [] if len(changes) == len(known) and len(known) > 2 else [f"{len(changes)} of {len(known)} changes"]
    problems += [f"shown: {change['title']}; known: {other['kind']} {other['name']}" for change, other in zip(changes, known)
                 if change["kind"] != other["kind"] or other["name"] not in change["title"]]
    for words, side in (("mitigations=off", 0), ("mitigations=auto", 1), ("-no-reboot", 0), ("kept", 1)):
        if not any(words in change["sides"][side] and words not in change["sides"][1 - side] for change in changes):
            problems.append(f"{words} is not on side {side}")
    securities = [change["security"] for change in changes]
    if securities != sorted(securities, reverse=True) or not securities[0]:
        problems.append(f"security first: {securities}")
    check("all changes are there, side by side, those of security first", problems)
    Select(one("#change-kind")).select_by_value("decision")
    check("changes of one kind only", [change["title"] for change in run(CHANGES)
                                       if change["shown"] != (change["kind"] == "decision")])
    show_everything()
    one("#only-security").click()
    check("those of security only", [change["title"] for change in run(CHANGES) if change["shown"] != change["security"]])
    show_everything()
    one("#search").send_keys("core_dump")
    check("the search among changes", [change["title"] for change in run(CHANGES)
                                       if change["shown"] != ("core_dump" in change["text"])])
    show_everything()
    check("all of them again", [change["title"] for change in run(CHANGES) if not change["shown"]])
    check_both_sides()
    show("same-diff")
    check("nothing changed: said", [] if "Nothing is decided, written, refused or warned of otherwise" in text_of("main")
          else [text_of("main")[:300]])


def check_both_sides():
    source = random.Random(SEED + 3)
    problems = []
    for _ in range(25):
        cell = legal_baseline(source)
        run("location.hash = '#host:' + new URLSearchParams(arguments[0])", cell)
        browser.execute_async_script("setTimeout(arguments[0], 30)")
        shown = run("""return [...document.querySelectorAll("#host-line .argv")].map((list) =>
            [...list.querySelectorAll(":scope > li > code")].map((line) => {
                const copy = line.cloneNode(true);
                copy.querySelectorAll(".sign").forEach((sign) => sign.remove());
                return copy.textContent; }))""")
        for lines, rules in zip(shown, (f"{SOURCES}/rules/baseline.muster", f"{PAGES}/changed.muster")):
            argv = json.loads(ask([f"{BUILD}/musterc", "argv", "--format", "json", rules], cell)[1])
            if [word for line in lines for word in shlex.split(line)] != argv:
                problems.append(f"{cell}: shown is {lines}, {rules}: {argv}")
        marked = run("""return [...document.querySelectorAll("#host-line del, #host-line ins")].map((one) =>
            one.lastChild.textContent.trim())""")
        if "mitigations=off" not in marked or "mitigations=auto" not in marked or not any("-no-reboot" in one for one in marked):
            problems.append(f"{cell}: marked are {marked}")
    check("a host with both rulesets: each command line as musterc has it, what differs is marked", problems)


def check_pages():
    for page in ("baseline", "rejects", "hostile", "forms", "diff"):
        check_layout(page)
        check_contrast(page)
        check_names(page)
    for page in ("rejects", "diff"):
        check_keyboard(page)
    check_without_script("baseline", ["Without the TSC-deadline timer the PIT is the guest's only timer", "misspelt",
                                      "qemu_version", "8.0 ..< 9.2", "depends on", "gvproxy_socket", "-netdev"])
    check_without_script("diff", ["mitigations=auto", "mitigations=off", "core_dump", "-no-reboot", "It follows from"])
    check_print("baseline")
    check_print("diff")
    check_hostile("hostile", HOSTILE_TEXTS)
    check_hostile("hostile-diff", ["</title></style></script>", "<script>alert(41)</script>", "<script>alert(25)</script>",
                                   "<script>pwned = 40</script>", "</td></table><script>pwned = 11</script>"][1:])


def main():
    console()
    started = time.monotonic()
    for part in (check_evaluation, check_form, check_form_refusals, check_address, check_filters, check_changes,
                 check_pages):
        part()
        check(f"nothing on the console after {part.__name__}", console())
        print(f"# {time.monotonic() - started:.0f} s", flush=True)
    check_policy()


try:
    main()
finally:
    browser.quit()
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
