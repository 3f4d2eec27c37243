//! Pages of the docs that hold tables of the program.

/// Holds the table at the end of a page of the docs to what the program makes of its register. With `ISOKRON_WRITE=1` in
/// the environment the page is written anew instead.
pub fn hold_page(page: &str, table: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    let text = std::fs::read_to_string(&path).unwrap();
    if text.ends_with(&format!("\n{table}")) {
        return;
    }
    let head = table.split_inclusive('\n').next().unwrap();
    let before = text.find(head).unwrap_or_else(|| panic!("{page} has no line {head}"));
    assert!(
        std::env::var_os("ISOKRON_WRITE").is_some(),
        "{page} does not end with the program's table: run this again with ISOKRON_WRITE=1"
    );
    std::fs::write(&path, format!("{}{table}", &text[..before])).unwrap();
}
