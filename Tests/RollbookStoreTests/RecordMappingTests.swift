import RollbookModel
import RollbookStore
import Testing

@Suite("A mapping file")
struct RecordMappingTests {
    @Test("holds one SELECT for each record table")
    func sections() throws {
        let mapping = try Self.mapping { $0 == .students ? "SELECT id,\n  first_name, last_name FROM people;\n" : nil }
        #expect(mapping.selections[.students]?.sql == "SELECT id,\n  first_name, last_name FROM people")
        #expect(mapping.selections[.students]?.line == 1)
        #expect(mapping.place(of: .students) == "platform.sql:1")
    }

    @Test("may declare a table as empty, and leave out class_teachers")
    func none() throws {
        let mapping = try Self.mapping { _ in nil }
        #expect(mapping.selections.isEmpty)
    }

    @Test(
        "takes what PostgreSQL takes",
        arguments: [
            "WITH p AS (SELECT 1) SELECT * FROM p", "(SELECT 1) UNION ALL (SELECT 2)", "select 1 -- the end",
            "SELECT ';' , \"a;b\", $$;$$, $x$ ; $$ ; $x$, E'\\';', E'a\\\\' 'b', /* ; /* ; */ ; */ a[1:2], b::text;",
            "SELECT '\n-- rollbook: teachers\n'", "/* \n-- rollbook: teachers\n*/ SELECT 1", "SELECT a$b, $1 -- ; x",
            "SELECT 'it''s; here'",
        ])
    func accepts(_ sql: String) throws {
        let mapping = try Self.mapping { $0 == .students ? sql : nil }
        #expect(mapping.selections[.students]?.sql == (sql.hasSuffix(";") ? String(sql.dropLast()) : sql))
        #expect(mapping.selections[.teachers] == nil)
    }

    @Test(
        "is refused with its line where a section is not one SELECT",
        arguments: [
            ("SELECT 1; DROP TABLE people", 2, "students has several statements"),
            ("SELECT 1;\nSELECT 2;", 3, "students has several statements"), ("SELECT 1;;", 2, "several statements"),
            ("SELECT 1) x; DROP TABLE y; SELECT (1", 2, "the parentheses of students do not match"),
            ("SELECT (1", 1, "the parentheses of students do not match"), ("SELECT (1;)", 2, "parentheses"),
            ("", 1, "students has no SELECT"), ("-- nothing", 1, "students has no SELECT"), (";", 1, "has no SELECT"),
            ("DELETE FROM people", 1, "students is no SELECT"), ("'x'", 1, "students is no SELECT"),
            ("SELECT 'x", 2, "the quote that begins here has no end"), ("SELECT \"x", 2, "has no end"),
            ("SELECT\n$a$ x $b$", 3, "has no end"), ("SELECT 1 /* x /* y */", 2, "comment that begins here has no end"),
            ("SELECT E'\\'", 2, "has no end"), ("SELECT :name", 1, "a mapping has none"),
        ])
    func refuses(_ sql: String, _ line: Int, _ words: String) {
        expect(words, line: line) { _ = try Self.mapping { $0 == .students ? sql : nil } }
    }

    @Test("is refused where a heading is wrong")
    func headings() {
        expect("there is no record table studnets", line: 3) {
            _ = try Self.parse("\n\n-- rollbook: studnets\nSELECT 1")
        }
        expect("students stands at line 1 already", line: 2) {
            _ = try Self.parse("-- rollbook: students (none)\n-- rollbook: students (none)")
        }
        expect("a heading is", line: 1) { _ = try Self.parse("-- rollbook: students (nothing)") }
        expect("a heading is", line: 1) { _ = try Self.parse("-- Rollbook:") }
        expect("SQL stands before the first heading", line: 2) { _ = try Self.parse("-- A file.\nSELECT 1") }
        expect("is declared (none), yet SQL", line: 2) { _ = try Self.parse("-- rollbook: students (none)\nSELECT 1") }
        expect("no section for teachers, subjects", line: nil) {
            _ = try Self.parse("-- Rollbook's tables.\n  --rollbook:students ( none )  \n")
        }
        expect("no section for students, teachers", line: nil) { _ = try Self.parse("") }
    }

    private func expect(_ words: String, line: Int?, _ body: () throws -> Void) {
        let error = #expect(throws: RollbookError.self) { try body() }
        #expect(error?.code == .unreadableSource)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        if let line { #expect(error?.message.hasPrefix("platform.sql:\(line): ") == true, "\(error?.message ?? "")") }
    }

    private static func parse(_ text: String) throws -> RecordMapping {
        try RecordMapping(parsing: text, file: "platform.sql")
    }

    /// A file whose tables are empty but for those that `sql` knows.
    private static func mapping(_ sql: (RecordTable) -> String?) throws -> RecordMapping {
        try parse(
            RecordTable.allCases.filter { $0 != .classTeachers }.map { table in
                let heading = "-- rollbook: \(table.rawValue)"
                return sql(table).map { "\(heading)\n\($0)\n" } ?? "\(heading) (none)\n"
            }.joined())
    }
}
