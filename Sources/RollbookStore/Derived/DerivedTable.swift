public import RollbookModel

/// A table that the store derives from the records at the end of every load, so that reports read little.
///
/// It holds nothing that the records do not: it may be dropped and made anew at any time.
public struct DerivedTable: Sendable {
    /// The table's name, which reports read.
    public let name: String
    /// The query that makes it, with `{local date of …}` where an instant becomes a date of the policy's zone.
    let query: String
    /// The columns by whose order the rows are stored.
    let order: String
    /// The columns that depend on the zone.
    let localColumns: [String]

    /// All of them, in the order in which they are made.
    public static let all = [
        DerivedTable(
            name: "submissions_by_month", query: SQLFiles.submissionsByMonth,
            order: "CAST(date_trunc('month', submitted_on) AS date), student_id, subject_id",
            localColumns: ["submitted_on", "opens_day"]),
        DerivedTable(
            name: "grades_by_student", query: SQLFiles.gradesByStudent, order: "student_id, submitted_at",
            localColumns: ["submitted_on"]),
        DerivedTable(
            name: "class_submissions", query: SQLFiles.classSubmissions, order: "class_id, submitted_on",
            localColumns: ["submitted_on"]),
        DerivedTable(
            name: "attendance_weeks", query: SQLFiles.attendanceWeeks, order: "week_on, student_id", localColumns: []),
        DerivedTable(
            name: "teacher_submissions", query: SQLFiles.teacherSubmissions, order: "teacher_id, created_at",
            localColumns: []),
    ]

    /// Makes the table anew from the records, with the local dates of `zone`.
    ///
    /// - Throws: what the engine throws.
    func rebuild(zone: Zone, in session: any WriteSession) async throws {
        let query = Self.spell(query, shifts: try await Self.shifts(of: zone, in: session))
        try await session.execute(Statement("DROP TABLE IF EXISTS \(name)"))
        // An expression may order by a name of the query only from outside.
        try await session.execute(
            Statement("CREATE TABLE \(name) AS\nSELECT * FROM (\n\(query)\n) derived\nORDER BY \(order)"))
    }

    /// The text of a report for a zone other than the stored one: common table expressions of the derived tables' names
    /// stand before it and take their place. Only tables whose local columns the report mentions are replaced.
    ///
    /// - Parameter span: the instants for which local dates must be right.
    public static func shadowed(_ report: String, zone: Zone, span: Range<Instant>) -> String {
        let isLocal = { (table: DerivedTable) in
            report.contains(table.name) && table.localColumns.contains(where: report.contains)
        }
        guard all.contains(where: isLocal) else { return report }
        // Two days more on both sides: a record just outside must not get a date inside, nor share one with a record there.
        let shifts = zone.shifts(in: span.lowerBound.adding(days: -2)..<span.upperBound.adding(days: 2))
        let needed = all.filter { $0.name == "submissions_by_month" || isLocal($0) }
        let expressions = needed.map { "\($0.name) AS (\n\(spell($0.query, shifts: shifts)))" }.joined(separator: ", ")
        let body = withoutLeadingComments(report)
        return body.hasPrefix("WITH ")
            ? "WITH \(expressions), \(body.dropFirst("WITH ".count))" : "WITH \(expressions)\n\(body)"
    }

    /// The shifts of a zone over the instants at which anything was submitted.
    private static func shifts(of zone: Zone, in session: any WriteSession) async throws -> [Zone.Shift] {
        if zone.isUTC { return [] }
        let extent = try await session.query(
            Statement(
                "SELECT min(submitted_at) AS first_at, max(submitted_at) AS last_at FROM material_submissions"))
        guard let first = extent.first("first_at").instant, let last = extent.first("last_at").instant else {
            return []
        }
        return zone.shifts(in: first..<last.adding(microseconds: 1))
    }

    /// Replaces `{local date of x}` by the arithmetic that makes it: no engine is asked for its time zones.
    private static func spell(_ query: String, shifts: [Zone.Shift]) -> String {
        query.replacing(/\{local date of ([a-z_.]+)\}/) { match in
            let instant = String(match.output.1)
            guard let last = shifts.last else { return "CAST(\(instant) AS date)" }
            let cases = shifts.dropLast().map { shift in
                "WHEN \(instant) < \(literal(shift.until)) THEN INTERVAL '\(shift.offsetSeconds)' SECOND"
            }
            let otherwise = "INTERVAL '\(last.offsetSeconds)' SECOND"
            return cases.isEmpty
                ? "CAST(\(instant) + \(otherwise) AS date)"
                : "CAST(\(instant) + CASE \(cases.joined(separator: " ")) ELSE \(otherwise) END AS date)"
        }
    }

    private static func literal(_ instant: Instant) -> String {
        "CAST('\(instant.description.dropLast().replacing("T", with: " "))' AS timestamp)"
    }

    private static func withoutLeadingComments(_ text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        while let line = lines.first, line.hasPrefix("--") || line.isEmpty { lines.removeFirst() }
        return lines.joined(separator: "\n")
    }
}
