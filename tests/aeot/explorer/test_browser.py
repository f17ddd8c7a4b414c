"""The page in a real browser: make test-browser installs what this takes beside a Chromium."""

import json
import shutil

import pytest

pytestmark = pytest.mark.browser
webdriver = pytest.importorskip(
    "selenium.webdriver", reason="selenium is not installed: make test-browser installs it"
)
BROWSER, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
if not (BROWSER and DRIVER):
    pytest.skip("there is no chromium with its chromedriver", allow_module_level=True)

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--window-size=1280,900",
)  # fmt: skip
PHONE = {"width": 390, "height": 844, "pixelRatio": 2.0, "touch": True}


def opened(folder, page, *, phone):
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for flag in (*FLAGS, f"--user-data-dir={folder}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    if phone:
        options.add_experimental_option("mobileEmulation", {"deviceMetrics": PHONE})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    driver.get(page.as_uri())
    return driver


@pytest.fixture(scope="module")
def desktop(page, tmp_path_factory):
    driver = opened(tmp_path_factory.mktemp("desktop"), page, phone=False)
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def phone(page, tmp_path_factory):
    driver = opened(tmp_path_factory.mktemp("phone"), page, phone=True)
    yield driver
    driver.quit()


def texts(driver, selector):
    return driver.execute_script(
        "return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent)", selector
    )


def shown_rows(driver):
    return driver.execute_script(
        "return [...document.querySelectorAll('#scores-table tbody tr:not([hidden])')]"
        ".map((row) => [...row.cells].map((cell) => cell.textContent))"
    )


def heading(driver, name):
    for button in driver.find_elements("css selector", "#scores-table thead button"):
        if button.get_attribute("textContent") == name:
            return button
    raise AssertionError(name)


def set_value(driver, element, value, event):
    driver.execute_script(
        "arguments[0].value = arguments[1];"
        "arguments[0].dispatchEvent(new Event(arguments[2], {bubbles: true}))",
        element, value, event,
    )  # fmt: skip


def requests(driver, page):
    """What the page asked for; the browser's own pages are not of it."""
    events = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    sent = [e["params"] for e in events if e["method"] == "Network.requestWillBeSent"]
    return {e["request"]["url"] for e in sent if e["documentURL"] == page.as_uri()}


def test_it_logs_nothing_and_asks_for_nothing_but_itself(desktop, page):
    found = requests(desktop, page)
    assert {url for url in found if not url.startswith("data:")} == {page.as_uri()}
    assert desktop.get_log("browser") == []


def test_a_heading_sorts_up_then_down(desktop):
    names = texts(desktop, "#scores-table thead th")
    place = names.index("FD (efficientnetlite0)")
    button = heading(desktop, names[place])
    for order, reverse in (("ascending", False), ("descending", True)):
        button.click()
        values = [float(row[place].split()[0]) for row in shown_rows(desktop)]
        assert len(set(values)) > 3 and values == sorted(values, reverse=reverse)
        assert button.find_element("xpath", "..").get_attribute("aria-sort") == order
    heading(desktop, "Model").click()
    models = [row[0] for row in shown_rows(desktop)]
    assert models == sorted(models)
    sorted_by = desktop.find_elements("css selector", "#scores-table th[aria-sort]")
    assert [head.get_attribute("textContent") for head in sorted_by] == ["Model"]


def test_a_choice_filters_the_rows(desktop):
    filters = desktop.find_elements("css selector", "[data-filters=scores] select")
    study, dataset, _ = filters
    assert len(shown_rows(desktop)) == 12
    set_value(desktop, study, "main", "change")
    assert len(shown_rows(desktop)) == 8
    set_value(desktop, dataset, "Shapes (synthetic)", "change")
    assert {tuple(row[1:3]) for row in shown_rows(desktop)} == {("main", "Shapes (synthetic)")}
    assert texts(desktop, "#scores-count") == ["4 of 12 rows"]
    for select in (study, dataset):
        set_value(desktop, select, "", "change")
    assert len(shown_rows(desktop)) == 12


def test_every_plot_is_drawn_and_none_can_be_sent_away(desktop):
    for name, labels in (("novelty", {"AE", "AE-OT"}), ("progress", {"AE-OT", "VAE"})):
        assert set(texts(desktop, f"#{name}-plot .legendtext")) == labels
    buttons = desktop.find_elements("css selector", ".modebar-btn")
    titles = {button.get_attribute("data-title") for button in buttons}
    assert len(titles) == 4 and not [t for t in titles if "cloud" in t.lower() or "Edit" in t]


def test_a_choice_draws_another_plot_with_its_caption(desktop):
    select = desktop.find_element("id", "novelty-choice")
    set_value(desktop, select, "2", "change")
    assert "VAE" in texts(desktop, "#novelty-plot .legendtext")
    captions = "#novelty .choice:not([hidden])"
    assert "results/main/scores.csv" in "".join(texts(desktop, captions))


def segment(driver):
    picture = driver.find_element("id", "segment-now").get_attribute("src")
    return picture, driver.find_element("id", "segment-text").text


def test_the_slider_changes_the_picture_the_cell_and_the_angle(desktop):
    slider = desktop.find_element("id", "segment-slider")
    assert "cell 9, entered across an angle of 2.50 rad (143°)" in segment(desktop)[1]
    seen = []
    for step in (0, 1, 2, 9):
        set_value(desktop, slider, str(step), "input")
        seen.append(segment(desktop))
    pictures = [picture for picture, _ in seen]
    assert pictures[0] == pictures[1] and len(set(pictures)) == 3
    assert "cell 7, in which the segment starts" in seen[0][1]
    assert "Place 0.222: cell 3, entered across an angle of 0.50 rad (29°)" in seen[2][1]
    line = "return document.getElementById('segments-plot').layout.shapes[0].x0"
    assert desktop.execute_script(line) == 1
    # The last cell has none after it.
    assert not desktop.find_element("id", "segment-after").is_displayed()


def test_arrows_go_from_crossing_to_crossing(desktop):
    slider = desktop.find_element("id", "segment-slider")
    set_value(desktop, slider, "3", "input")
    places = []
    for name in ("next", "next", "next", "back", "back"):
        desktop.find_element("id", f"segment-{name}").click()
        places.append(slider.get_property("value"))
    assert places == ["5", "9", "9", "5", "2"]
    set_value(desktop, desktop.find_element("id", "segments-choice"), "1", "change")
    assert "cell 2, entered across an angle of 0.20 rad" in segment(desktop)[1]


def test_nothing_was_logged_in_the_end(desktop):
    assert desktop.get_log("browser") == []


def test_a_phone_shows_everything_without_scrolling_sideways(phone):
    width = phone.execute_script("return window.innerWidth")
    assert width == PHONE["width"]
    assert phone.execute_script("return document.documentElement.scrollWidth") == width
    wide = phone.execute_script(
        "return [...document.querySelectorAll('select, img, button, .plot, h2, .caption')]"
        ".filter((e) => !e.closest('.scroll, nav') && e.getBoundingClientRect().right > innerWidth)"
        ".map((e) => e.id || e.textContent)"
    )
    assert wide == []
    sides = phone.execute_script(
        "return [...document.querySelectorAll('button, select, input')]"
        ".filter((e) => !e.hidden && e.offsetParent && e.type !== 'range')"
        ".map((e) => e.getBoundingClientRect().height)"
    )
    assert min(sides) >= 32  # a finger hits it
    assert phone.find_element("id", "segment-slider").size["width"] > 180
    assert phone.get_log("browser") == []


def test_a_finger_sorts_and_slides_on_a_phone(phone):
    button = heading(phone, "Model")
    phone.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
    button.click()
    models = [row[0] for row in shown_rows(phone)]
    assert models == sorted(models)
    before = segment(phone)
    back = phone.find_element("id", "segment-back")
    phone.execute_script("arguments[0].scrollIntoView({block: 'center'})", back)
    back.click()
    assert segment(phone) != before
