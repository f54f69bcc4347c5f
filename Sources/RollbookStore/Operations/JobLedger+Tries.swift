import RollbookModel

extension JobLedger {
    /// Writes the beginning of a try down.
    ///
    /// - Throws: what the session throws.
    public func beginTry(_ number: Int, of runID: String, in session: any WriteSession) async throws {
        let values: [String: Value] = [
            "run_id": .text(runID), "number": .integer(Int64(number)), "now": .instant(try await now(in: session)),
        ]
        try await session.execute(
            Statement(
                """
                INSERT INTO job_tries (run_id, try_number, started_at, outcome)
                VALUES (:run_id, :number, :now, 'running')
                """, values))
        try await session.execute(
            Statement("UPDATE job_runs SET try_count = :number WHERE run_id = :run_id", values))
    }

    /// Writes the end of a try down.
    ///
    /// - Throws: what the session throws.
    public func endTry(_ number: Int, of runID: String, _ end: JobEnd, in session: any WriteSession) async throws {
        try await session.execute(
            Statement(
                "UPDATE job_tries SET \(JobEnd.assignments) WHERE run_id = :run_id AND try_number = :number",
                end.values(at: try await now(in: session)).merging([
                    "run_id": .text(runID), "number": .integer(Int64(number)),
                ]) { $1 }))
    }

    /// Writes the end of a run down, and gives its lease back where it still has it. A run that was taken for lost and ends
    /// after all has ended so.
    ///
    /// - Parameter givesBack: whether the due time is given back where the run was cancelled, so that another process runs the
    ///   job in its place.
    /// - Throws: what the session throws.
    public func end(
        _ claim: Claim, _ end: JobEnd, givesBack: Bool = false, in session: any WriteSession
    ) async throws {
        let values = end.values(at: try await now(in: session)).merging([
            "run_id": .text(claim.runID), "job": .text(claim.job),
        ]) { $1 }
        try await session.execute(
            Statement("UPDATE job_runs SET \(JobEnd.assignments) WHERE run_id = :run_id", values))
        let returned = givesBack && end.outcome == .cancelled ? claim.dueAt?.adding(microseconds: -1) : nil
        try await session.execute(
            Statement(
                """
                UPDATE job_leases
                SET run_id = NULL, expires_at = NULL, cancel_requested = false,
                    last_due_at = coalesce(CAST(:returned AS timestamp), last_due_at)
                WHERE job = :job AND run_id = :run_id
                """, values.merging(["returned": returned.map(Value.instant) ?? .null]) { $1 }))
    }
}

extension JobEnd {
    /// How an end is written to a run or a try.
    fileprivate static let assignments = """
        ended_at = :now, outcome = :outcome, row_count = CAST(:row_count AS bigint),
            error_code = CAST(:error_code AS varchar), error_message = CAST(:error_message AS varchar)
        """

    fileprivate func values(at now: Instant) -> [String: Value] {
        [
            "now": .instant(now), "outcome": .text(outcome.rawValue),
            "row_count": rowCount.map(Value.integer) ?? .null,
            "error_code": error.map { .text($0.code.description) } ?? .null,
            "error_message": error.map { .text($0.message) } ?? .null,
        ]
    }
}
