//! The story on the screen, or one JSON document instead of it.

use super::{bar::Bar, escape, escape_json};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use std::{
    io::{self, IsTerminal as _, Write},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// For whom the command prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// People: headings, notes and tables on stdout.
    Story,
    /// Scripts: exactly one JSON document on stdout, from [`Screen::end`].
    Json,
}

/// Where the commands print. Everything given to it is escaped, so callers pass names and reasons as they are.
///
/// Progress and errors go to stderr in both modes; the story is left out in [`Mode::Json`].
#[derive(Clone)]
pub struct Screen {
    mode: Mode,
    out: Sink,
    err: Sink,
    /// Bars are drawn here when stderr is a terminal.
    bars: Option<MultiProgress>,
    steps: Arc<Mutex<u32>>,
    /// Why the first text that did not arrive did not, if it was not a reader who went away.
    lost: Arc<Mutex<Option<io::Error>>>,
}

/// A shared output.
#[derive(Clone)]
pub(super) struct Sink(Arc<Mutex<Box<dyn Write + Send>>>);

impl Sink {
    fn new(to: impl Write + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(Box::new(to))))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Box<dyn Write + Send>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Screen {
    /// The process's own stdout and stderr.
    pub fn new(mode: Mode) -> Self {
        let bars =
            io::stderr().is_terminal().then(|| MultiProgress::with_draw_target(ProgressDrawTarget::stderr()));
        Self { bars, ..Self::with(mode, io::stdout(), io::stderr()) }
    }

    /// Any two outputs, with no bars drawn: for tests and embedding.
    pub fn with(mode: Mode, out: impl Write + Send + 'static, err: impl Write + Send + 'static) -> Self {
        Self {
            mode,
            out: Sink::new(out),
            err: Sink::new(err),
            bars: None,
            steps: Arc::default(),
            lost: Arc::default(),
        }
    }

    /// For whom this prints.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Starts the next chapter; chapters are numbered from 1.
    pub fn step(&self, title: &str) {
        let number = {
            let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
            *steps = steps.saturating_add(1);
            *steps
        };
        self.story(&format!("\n{number}. {}", escape(title)));
    }

    /// The last thing a command does: the document, and whether everything that was printed arrived.
    pub fn end(&self, document: &impl Serialize) -> bool {
        let ended = self.json(document);
        if let Err(error) = &ended {
            self.error(&format!("what was printed could not be written: {error}"));
        }
        ended.is_ok()
    }

    /// Something that happened.
    pub fn note(&self, text: &str) {
        self.story(&format!("   {}", escape(text)));
    }

    /// Something that was tried and refused, and why.
    pub fn refused(&self, what: &str, reason: &str) {
        self.story(&format!("   REFUSED {}: {}", escape(what), escape(reason)));
    }

    /// Something wrong that the user must see in every mode; goes to stderr.
    pub fn error(&self, text: &str) {
        self.write(&self.err, &format!("ehr: {}", escape(text)));
    }

    /// Aligned columns under a heading; columns of numbers are aligned right. An empty `header` prints none.
    pub fn table(&self, title: &str, header: &[&str], rows: &[Vec<String>]) {
        let header: Vec<String> = header.iter().map(|cell| escape(cell).into_owned()).collect();
        let rows: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|cell| escape(cell).into_owned()).collect()).collect();
        let mut text = format!("\n{}", escape(title));
        for line in align(&header, &rows) {
            text.push_str("\n   ");
            text.push_str(&line);
        }
        self.story(&text);
    }

    /// Progress towards `len` of what `label` names.
    pub fn bar(&self, len: u64, label: &str) -> Bar {
        let label = escape(label).into_owned();
        match &self.bars {
            None => Bar::plain(len, label, self.err.clone()),
            Some(bars) => {
                let style = ProgressStyle::with_template("   {msg} [{bar:30}] {pos}/{len} {eta}")
                    .unwrap_or_else(|_| ProgressStyle::default_bar())
                    .progress_chars("=> ");
                Bar::drawn(bars.add(ProgressBar::new(len)).with_style(style).with_message(label))
            }
        }
    }

    /// The document of [`Mode::Json`]; prints nothing in [`Mode::Story`]. Call it once, at the end. Fails when
    /// stdout does, because a script must not take half a document for a whole one, nor the story in a full file for
    /// all of it; that the reader of the story went away is no failure.
    fn json(&self, document: &impl Serialize) -> io::Result<()> {
        if self.mode == Mode::Story {
            let lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner).take();
            return lost.map_or(Ok(()), Err);
        }
        let text = serde_json::to_string_pretty(document)?;
        let mut out = self.out.lock();
        writeln!(out, "{}", escape_json(&text))?;
        out.flush()
    }

    fn story(&self, text: &str) {
        if self.mode == Mode::Story {
            self.write(&self.out, text);
        }
    }

    /// A closed pipe or a full file is no reason to stop the work; the file is told of at the end.
    fn write(&self, sink: &Sink, text: &str) {
        let line = || {
            let mut to = sink.lock();
            let written = writeln!(to, "{text}").and_then(|()| to.flush());
            if let Err(error) = written
                && error.kind() != io::ErrorKind::BrokenPipe
                && Arc::ptr_eq(&sink.0, &self.out.0)
            {
                self.lost.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
            }
        };
        match &self.bars {
            Some(bars) => bars.suspend(line),
            None => line(),
        }
    }
}

/// Rows as lines of equal columns.
fn align(header: &[String], rows: &[Vec<String>]) -> Vec<String> {
    let all = || (!header.is_empty()).then_some(header).into_iter().chain(rows.iter().map(Vec::as_slice));
    let columns = all().map(<[String]>::len).max().unwrap_or(0);
    let cell = |row: &[String], i: usize| row.get(i).cloned().unwrap_or_default();
    let widths: Vec<usize> =
        (0..columns).map(|i| all().map(|row| cell(row, i).chars().count()).max().unwrap_or(0)).collect();
    let numeric: Vec<bool> = (0..columns).map(|i| rows.iter().all(|row| is_number(&cell(row, i)))).collect();
    all()
        .map(|row| {
            let cells: Vec<String> = (0..columns)
                .map(|i| {
                    let (text, width) = (cell(row, i), widths[i]);
                    if numeric[i] { format!("{text:>width$}") } else { format!("{text:<width$}") }
                })
                .collect();
            cells.join("  ").trim_end().to_owned()
        })
        .collect()
}

/// A number, with or without a unit; an id that starts with a digit is none.
fn is_number(cell: &str) -> bool {
    let first = cell.split(' ').next().unwrap_or_default();
    !first.is_empty() && first.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);
    impl Page {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }
    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn tell(mode: Mode) -> (String, String) {
        let (out, err) = (Page::default(), Page::default());
        let screen = Screen::with(mode, out.clone(), err.clone());
        screen.step("Enrol");
        screen.note("Dr. \u{1b}[31mRed\nfake line");
        screen.step("Share");
        screen.refused("Dr. Roe", "no grant");
        let bar = screen.bar(3, "blocks");
        bar.inc(2);
        bar.clone().inc(1);
        bar.finish();
        let rows = [vec!["records".into(), "9".into()], vec!["blocks".into(), "123".into()]];
        screen.table("Summary", &["what", "how many"], &rows);
        screen.error("disk\rfull");
        screen.json(&serde_json::json!({ "records": 9 })).unwrap();
        (out.text(), err.text())
    }

    #[test]
    fn story_goes_to_stdout_and_progress_to_stderr() {
        let (out, err) = tell(Mode::Story);
        let expected = "\n1. Enrol\n   Dr. \\u{1b}[31mRed\\nfake line\n\n2. Share\n   REFUSED Dr. Roe: no grant\n\
             \nSummary\n   what     how many\n   records         9\n   blocks        123\n";
        assert_eq!(out, expected);
        assert_eq!(err, "   blocks: 3 of 3\nehr: disk\\rfull\n");
    }

    #[test]
    fn json_mode_prints_one_document_and_nothing_else() {
        let (out, err) = tell(Mode::Json);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&out).unwrap()["records"], 9);
        assert!(err.contains("disk"));
    }

    #[test]
    fn a_table_may_have_no_header_and_ragged_rows() {
        let rows = [vec!["a".to_owned()], vec!["bcd".to_owned(), "1".to_owned()]];
        assert_eq!(align(&[], &rows), ["a", "bcd  1"]);
        assert!(align(&[], &[]).is_empty());
        let rows = [vec!["1a2b".to_owned()], vec!["7".to_owned()]];
        assert_eq!(align(&["id".to_owned()], &rows), ["id", "1a2b", "7"], "ids are no numbers");
    }

    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }

    #[test]
    fn a_closed_pipe_stops_the_document_but_not_the_story() {
        Screen::with(Mode::Story, Closed, Closed).note("nobody listens");
        let screen = Screen::with(Mode::Json, Closed, Closed);
        assert!(screen.json(&1).is_err());
    }

    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_story_that_did_not_fit_is_told_of_at_the_end_and_a_reader_who_left_is_not() {
        let ended = |screen: Screen| {
            screen.note("something happened");
            screen.json(&1)
        };
        assert_eq!(
            ended(Screen::with(Mode::Story, Full, Closed)).unwrap_err().kind(),
            io::ErrorKind::StorageFull
        );
        assert!(ended(Screen::with(Mode::Story, Closed, Full)).is_ok());
    }
}
