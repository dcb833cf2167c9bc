//! The HTML page in a real browser: it draws, search finds, a click shows the reason, a fan-out unfolds.
//!
//! These tests need Chromium on the `PATH` and are ignored otherwise, rather than passing without having looked:
//! `cargo test -p scrat --test draw_html -- --ignored`

#![expect(clippy::unwrap_used, reason = "a helper of tests stops where something goes wrong")]

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use scrat::__private::draw::{Cause, CauseId, Format, Label, Node, NodeId, Options, Picture, Status, render};
use scrat::Preview;

const REASON: &str = "the code of helper <code>impute</code> changed";

#[path = "../src/draw/synthetic.rs"]
mod synthetic;

/// The page's document after it was opened at `address` and `script` has run in it.
fn page(picture: &Picture, address: &str, script: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("page.html");
    let helpers = "
        const middle = (key) => { const b = boxOf(key), v = scene.view, at = stage.getBoundingClientRect();
            return { clientX: at.left + (b.x + b.w / 2) * v.k + v.x, clientY: at.top + (b.y + Math.min(b.h, 30) / 2) * v.k + v.y }; };
        const point = (kind, key) => stage.dispatchEvent(new PointerEvent(kind, { ...middle(key), pointerId: 1, bubbles: true }));
        const clickOn = (key) => { point('pointerdown', key); point('pointerup', key); };
        const press = (key, more) => (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
        const tell = (name, value) => { document.body.dataset[name] = value; };
        stage.setPointerCapture = () => {};";
    let drawn = render(picture, Format::Html, &Options::default());
    let script = format!(
        "<script>addEventListener('error', (e) => tell('error', e.message));{helpers}\n{script}</script></body>"
    );
    fs::write(&file, drawn.replace("</body>", &script)).unwrap();
    let dom = folder.path().join("dom.html");
    let url = format!("file://{}#{address}", file.display());
    let mut browser = start(&url, folder.path(), &dom);
    for _ in 0..1_200 {
        if browser.try_wait().unwrap().is_some() {
            let dom = fs::read_to_string(dom).unwrap();
            assert!(!dom.contains("data-error"), "{}", attribute(&dom, "error"));
            return dom;
        }
        sleep(Duration::from_millis(50));
    }
    browser.kill().unwrap();
    browser.wait().unwrap();
    panic!("the browser did not come to an end within a minute");
}

fn start(url: &str, folder: &Path, dom: &Path) -> Child {
    for name in ["chromium", "chromium-browser", "google-chrome"] {
        let started = Command::new(name)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"])
            .args(["--disable-component-update", "--disable-sync", "--window-size=1280,800"])
            .args(["--virtual-time-budget=4000", "--dump-dom"])
            .arg(format!("--user-data-dir={}", folder.join("profile").display()))
            .arg(url)
            .stdout(fs::File::create(dom).unwrap())
            .stderr(Stdio::null())
            .spawn();
        match started {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            started => return started.unwrap(),
        }
    }
    panic!("no Chromium on the PATH");
}

/// What the page, or a test's script, has noted on the body.
fn attribute<'a>(dom: &'a str, name: &str) -> &'a str {
    let after = dom.split_once("<body").unwrap().1.split_once(&format!(" data-{name}=\"")).map(|(_, after)| after);
    after.unwrap_or_else(|| panic!("no data-{name}")).split_once('"').unwrap().0
}

/// The panel's part of the document.
fn panel(dom: &str) -> &str {
    dom.split_once("<aside").unwrap().1.split_once("</aside>").unwrap().0
}

#[test]
#[ignore = "needs Chromium"]
fn the_page_draws_every_unit_in_light_and_dark() {
    let count = "setTimeout(() => { const d = pen.getImageData(0, 0, stage.width, stage.height).data; let n = 0;
        for (let at = 3; at < d.length; at += 4) n += d[at] > 0; tell('pixels', n); }, 500);";
    for theme in ["light", "dark"] {
        let dom = page(&synthetic::study(500), &format!("theme={theme}"), count);
        assert_eq!(attribute(&dom, "ready"), "true");
        assert_eq!(attribute(&dom, "units"), "45", "fan-outs are folded");
        assert_eq!(attribute(&dom, "drawn"), "45");
        assert!(attribute(&dom, "pixels").parse::<usize>().unwrap() > 10_000);
        assert!(dom.contains(&format!("data-theme=\"{theme}\"")));
    }
}

#[test]
#[ignore = "needs Chromium"]
fn the_page_draws_five_thousand_steps_that_do_not_fold() {
    let dom = page(&synthetic::tangle(5_000), "", "");
    let units: usize = attribute(&dom, "units").parse().unwrap();
    assert!(units > 4_900, "{units}");
    assert_eq!(attribute(&dom, "drawn"), attribute(&dom, "units"), "all of them are in sight at first");
}

#[test]
#[ignore = "needs Chromium"]
fn search_finds_by_label_and_enter_goes_there() {
    let dom = page(
        &synthetic::study(500),
        "",
        "field.focus(); field.value = 'fit_forest seed=2'; field.dispatchEvent(new Event('input'));
         tell('listed', found.querySelectorAll('.link').length); press('Enter');",
    );
    assert_eq!(attribute(&dom, "found"), "9", "2, and 20 to 27");
    assert_eq!(attribute(&dom, "listed"), "9");
    assert!(panel(&dom).contains("LEARNING_RATE"), "the first find is chosen, and its reason shown");
}

#[test]
#[ignore = "needs Chromium"]
fn an_address_searches_selects_and_unfolds() {
    let dom = page(&synthetic::study(500), "search=never run&unfold=fit_tree", "");
    assert_eq!(attribute(&dom, "found"), "28");
    assert_ne!(attribute(&dom, "unfolded"), "");
    let dom = page(&synthetic::penguins(), "select=train depth=4", "");
    assert!(panel(&dom).contains("depth=4") && panel(&dom).contains(REASON));
}

#[test]
#[ignore = "needs Chromium"]
fn a_click_on_a_step_shows_its_reason_difference_time_size_arguments_and_source() {
    let dom = page(&synthetic::penguins(), "", "clickOn('n3');");
    let panel = panel(&dom);
    assert!(panel.contains("data-shows=\"n3\""));
    for text in [
        REASON,
        "<span class=\"removed\">-    bill.unwrap_or(0.0)",
        "<span class=\"added\">+    bill.unwrap_or(mean)",
        "2.9 s",
        "7.9 kB",
        "depth",
        "src/main.rs:34",
        "helper impute",
    ] {
        assert!(panel.contains(text), "{text}");
    }
}

#[test]
#[ignore = "needs Chromium"]
fn a_click_on_a_cause_shows_what_it_makes_stale() {
    let dom = page(&synthetic::penguins(), "", "clickOn('c0');");
    assert!(panel(&dom).contains("makes 3 steps stale, and 1 behind them"));
    assert!(panel(&dom).contains("src/clean.rs:12"));
}

#[test]
#[ignore = "needs Chromium"]
fn a_click_on_a_fan_out_unfolds_it_and_one_on_a_member_shows_its_reason() {
    let picture = synthetic::study(500);
    let group = picture.groups.iter().find(|group| group.label == "fit_forest").unwrap();
    let (id, stale) = (group.id.0, group.worst.0);
    let dom = page(&picture, "", &format!("clickOn('g{id}');"));
    assert_eq!(attribute(&dom, "unfolded"), id.to_string());
    assert!(panel(&dom).contains("fit_forest ×28") && panel(&dom).contains("Needs attention first"));
    let dom = page(&picture, "", &format!("clickOn('g{id}'); setTimeout(() => clickOn('n{stale}'), 800);"));
    assert!(panel(&dom).contains("the constant <code>LEARNING_RATE</code> changed from 0.1 to 0.05"));
    let dom = page(&picture, "", &format!("clickOn('g{id}'); setTimeout(() => clickOn('g{id}'), 800);"));
    assert_eq!(attribute(&dom, "unfolded"), "", "a click on its head folds it again");
}

#[test]
#[ignore = "needs Chromium"]
fn transitive_edges_are_hidden_until_asked_for() {
    let note = "const lines = () => scene.edges.filter((edge) => !edge.blame).length;
        tell('before', lines()); press('e'); tell('after', lines());";
    let dom = page(&synthetic::penguins(), "", note);
    assert_eq!((attribute(&dom, "before"), attribute(&dom, "after")), ("7", "8"));
}

#[test]
#[ignore = "needs Chromium"]
fn the_keyboard_walks_from_step_to_step() {
    let dom = page(
        &synthetic::penguins(),
        "",
        "stage.focus(); const walked = [];
         for (const key of ['Tab', 'ArrowRight', 'ArrowRight', 'ArrowUp', 'ArrowRight', 'ArrowLeft', 'Escape', 'n'])
             { press(key); walked.push(scene.selected ?? 'none'); }
         tell('walked', walked.join(' ')); press('/'); tell('focus', document.activeElement.id);
         tell('said', document.getElementById('said').textContent);",
    );
    assert_eq!(attribute(&dom, "walked"), "n0 n1 n4 n3 n5 n3 none n2");
    assert_eq!(attribute(&dom, "focus"), "search");
    assert_eq!(attribute(&dom, "said"), "train  depth=2, stale: the code of helper `impute` changed");
}

#[test]
#[ignore = "needs Chromium"]
fn tab_leaves_the_stage_after_the_last_step() {
    let dom = page(
        &synthetic::penguins(),
        "",
        "stage.focus(); let kept = 0; while (kept < 50 && !press('Tab')) kept++; tell('kept', kept);",
    );
    assert_eq!(attribute(&dom, "kept"), "7", "six steps and a cause");
}

#[test]
#[ignore = "needs Chromium"]
fn hostile_labels_are_shown_and_not_run() {
    let picture = synthetic::hostile();
    let dom = page(&picture, "", "window.alert = () => tell('hacked', 1); clickOn('n1'); point('pointermove', 'n1');");
    assert!(!dom.contains("data-hacked") && !dom.contains("<img"));
    assert!(panel(&dom).contains("&lt;/script&gt;&lt;img src=x onerror="));
}

#[test]
#[ignore = "needs Chromium"]
fn a_click_on_a_step_shows_its_result_as_text_and_as_a_picture() {
    let mut picture = synthetic::penguins();
    let mut cut = Preview::text("<b>7</b> birds\n  in rows\n");
    cut.cut = true;
    picture.nodes[0].preview = Some(cut);
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' width='30' height='20'><script>alert(1)</script></svg>";
    picture.nodes[1].preview = Some(Preview::text("SVG").with_picture("image/svg+xml", svg));
    let dom = page(&picture, "", "clickOn('n0');");
    let text = "<pre class=\"diff result\" tabindex=\"0\">&lt;b&gt;7&lt;/b&gt; birds\n  in rows\n…</pre>";
    assert!(panel(&dom).contains(text), "{}", panel(&dom));
    let measure = "window.alert = () => tell('hacked', 1); clickOn('n1');
        setTimeout(() => { const image = panel.querySelector('img'); tell('size', image.naturalWidth + 'x' + image.naturalHeight);
            image.click(); tell('dialog', document.querySelector('dialog.image[open] img').naturalWidth);
            document.querySelector('dialog.image').click(); tell('left', document.querySelectorAll('dialog.image[open]').length); }, 500);";
    let dom = page(&picture, "", measure);
    assert_eq!(attribute(&dom, "size"), "30x20", "the picture is drawn");
    assert_eq!((attribute(&dom, "dialog"), attribute(&dom, "left")), ("30", "0"));
    assert!(!dom.contains("data-hacked"), "no script runs in it");
    let dom = page(&picture, "", "clickOn('n2');");
    assert!(!panel(&dom).contains("Result") && !panel(&dom).contains("<img"));
}
