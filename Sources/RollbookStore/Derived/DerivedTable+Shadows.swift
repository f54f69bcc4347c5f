public import RollbookModel

extension DerivedTable {
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
        let dates = LocalDates(shifts: shifts)
        let needed = all.filter { $0.name == "submissions_by_month" || isLocal($0) }
        return shadow(report, with: needed.map { ($0.name, dates.spell($0.query)) })
    }

    /// A query before which common table expressions stand, to take the place of the tables whose names they have. Inside an
    /// expression its own name still means the table.
    static func shadow(_ query: String, with expressions: [(name: String, query: String)]) -> String {
        let shadows = expressions.map { "\($0.name) AS (\n\($0.query))" }.joined(separator: ", ")
        let body = withoutLeadingComments(query)
        return body.hasPrefix("WITH ")
            ? "WITH \(shadows), \(body.dropFirst("WITH ".count))" : "WITH \(shadows)\n\(body)"
    }

    private static func withoutLeadingComments(_ text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        while let line = lines.first, line.hasPrefix("--") || line.isEmpty { lines.removeFirst() }
        return lines.joined(separator: "\n")
    }
}
