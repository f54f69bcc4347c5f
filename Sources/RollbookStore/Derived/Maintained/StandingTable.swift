/// How a derived table stands where tables are maintained.
enum StandingForm: Sendable {
    /// As a plain view: an index of the table that it reads serves its readers as well as a table of its own would.
    case view
    /// As a table in which rows are replaced.
    case table(StandingTable)
}

/// A derived table that stands: it is never dropped while it is read, only the rows that differ are replaced.
struct StandingTable: Sendable {
    /// A column of the table.
    struct Column: Sendable {
        let name: String
        let isOptional: Bool

        /// Makes a column; a question mark after the name says that it may be empty.
        init(_ text: String) {
            isOptional = text.hasSuffix("?")
            name = isOptional ? String(text.dropLast()) : text
        }
    }

    /// The columns that the query yields, in its order.
    let columns: [Column]
    /// The columns by whose order rows are put in.
    let order: String
    /// What each index holds, after `ON table`.
    let indexes: [String]
    /// The column of the student or teacher to whom a row belongs: a row depends on records of theirs only.
    let key: String
    /// The tables with that column from which the query reads whose rows it yields.
    let keyedTables: [String]
    /// The fingerprints that change when a key's rows do, as `fingerprints.sql` names them.
    let sources: [String]

    static let submissionsByMonth = StandingTable(
        columns: columns(
            "student_id", "subject_id", "material_class_id?", "submitted_at", "submitted_on", "score?", "opens_day"),
        order: "date_trunc('month', CAST(submitted_on AS timestamp)), student_id, subject_id",
        indexes: ["USING brin (submitted_at)", "(student_id, subject_id, submitted_at) INCLUDE (score)"],
        key: "student_id", keyedTables: ["material_submissions"], sources: ["submissions"])

    static let classSubmissions = StandingTable(
        columns: columns("class_id", "subject_id", "student_id", "submitted_at", "submitted_on", "score?"),
        order: "date_trunc('month', CAST(submitted_on AS timestamp)), class_id, submitted_on",
        indexes: ["USING brin (submitted_on)", "(class_id, submitted_on)"],
        key: "student_id", keyedTables: ["submissions_by_month", "enrollments"],
        sources: ["submissions", "enrollments"])

    static let attendanceWeeks = StandingTable(
        columns: columns("student_id", "week_on", "present_count", "late_count", "absent_count"),
        order: "week_on, student_id", indexes: ["USING brin (week_on)"], key: "student_id", keyedTables: ["attendance"],
        sources: ["attendance"])

    static let teacherSubmissions = StandingTable(
        columns: columns(
            "teacher_id", "created_at", "is_assignment", "is_pending", "is_graded", "submitted_at?", "graded_at?",
            "grade_microseconds?"),
        order: "teacher_id, created_at", indexes: ["(teacher_id, created_at)"], key: "teacher_id",
        keyedTables: ["assignments"], sources: ["reviews"])

    private static func columns(_ names: String...) -> [Column] { names.map(Column.init) }
}

extension DerivedTable {
    /// The form of those that stand as tables.
    var standingTable: StandingTable? {
        if case .table(let form) = standing { form } else { nil }
    }

    /// The statements that make it, empty.
    var definition: [String] {
        let query = LocalDates(shifts: []).spell(query)
        guard let form = standingTable else { return ["CREATE VIEW \(name) AS\n\(query)"] }
        return ["CREATE TABLE \(name) AS\n\(query)\nWITH NO DATA"]
            + form.indexes.map { "CREATE INDEX ON \(name) \($0)" }
    }

    /// The statement that removes it.
    var removal: String { standingTable == nil ? "DROP VIEW IF EXISTS \(name)" : "DROP TABLE IF EXISTS \(name)" }
}
