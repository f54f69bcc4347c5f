import RollbookModel

/// The local dates of a zone, written into a text as arithmetic: no engine is asked for its time zones.
struct LocalDates: Sendable {
    let shifts: [Zone.Shift]

    /// The dates of a zone for the instants at which anything was submitted.
    ///
    /// - Throws: what the session throws.
    static func ofSubmissions(zone: Zone, in session: any ReadSession) async throws -> LocalDates {
        if zone.isUTC { return LocalDates(shifts: []) }
        let extent = try await session.query(
            Statement(
                "SELECT min(submitted_at) AS first_at, max(submitted_at) AS last_at FROM material_submissions"))
        guard let first = extent.first("first_at").instant, let last = extent.first("last_at").instant else {
            return LocalDates(shifts: [])
        }
        return LocalDates(shifts: zone.shifts(in: first..<last.adding(microseconds: 1)))
    }

    /// Replaces `{local date of x}` in a text.
    func spell(_ query: String) -> String {
        query.replacing(/\{local date of ([a-z_.]+)\}/) { match in
            let instant = String(match.output.1)
            guard let last = shifts.last else { return "CAST(\(instant) AS date)" }
            let cases = shifts.dropLast().map { shift in
                "WHEN \(instant) < \(Self.literal(shift.until)) THEN INTERVAL '\(shift.offsetSeconds)' SECOND"
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
}
