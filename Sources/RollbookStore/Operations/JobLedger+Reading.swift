public import RollbookModel

extension JobLedger {
    /// Asks a run to stop: whoever holds its job's lease learns of it when it renews.
    ///
    /// - Returns: the run that was asked; nil where none runs.
    /// - Throws: what the session throws.
    public func requestCancellation(of job: String, in session: any WriteSession) async throws -> String? {
        let (leases, now) = try await leases(in: session)
        guard let lease = leases[job], lease.isHeld(at: now), let runID = lease.runID else {
            return nil
        }
        let asked = try await session.execute(
            Statement(
                "UPDATE job_leases SET cancel_requested = true WHERE job = :job AND run_id = :run_id",
                ["job": .text(job), "run_id": .text(runID)]))
        return asked == 1 ? runID : nil
    }

    /// Writes down as lost what was running under a lease that has passed to another, or has expired.
    ///
    /// - Returns: how many runs were.
    /// - Throws: what the session throws.
    @discardableResult public func markLost(in session: any WriteSession) async throws -> Int64 {
        let now = try await now(in: session)
        let values: [String: Value] = ["now": .instant(now), "furthest": .instant(now.adding(JobLease.longest))]
        let isAlive = """
            EXISTS (
                SELECT 1 FROM job_leases l WHERE l.run_id = %.run_id AND l.expires_at > :now AND l.expires_at <= :furthest
            )
            """
        let lost = try await session.execute(
            Statement(
                """
                UPDATE job_runs SET outcome = 'lost', ended_at = :now
                WHERE outcome = 'running' AND NOT \(isAlive.replacing("%", with: "job_runs"))
                """, values))
        guard lost > 0 else { return 0 }
        return try await session.execute(
            Statement(
                """
                UPDATE job_tries SET outcome = 'lost', ended_at = :now
                WHERE outcome = 'running' AND NOT \(isAlive.replacing("%", with: "job_tries"))
                """, values))
    }

    /// From when on a job's due times count: what was due before is not made up.
    ///
    /// - Parameter seen: the newest due time as the lease was found, which another process may have changed since.
    /// - Throws: what the session throws.
    public func watch(
        _ job: String, from instant: Instant, seen: Instant?, in session: any WriteSession
    ) async throws {
        let values: [String: Value] = [
            "job": .text(job), "instant": .instant(instant), "seen": seen.map(Value.instant) ?? .null,
        ]
        try await addLease(job, in: session)
        try await session.execute(
            Statement(
                """
                UPDATE job_leases SET last_due_at = :instant
                WHERE job = :job AND last_due_at IS NOT DISTINCT FROM CAST(:seen AS timestamp)
                """, values))
    }

    /// Gives back a lease whose run was lost.
    ///
    /// - Returns: false where somebody else has done so, or has taken it.
    /// - Throws: what the session throws.
    @discardableResult public func release(_ lease: JobLease, in session: any WriteSession) async throws -> Bool {
        let released = try await session.execute(
            Statement(
                """
                UPDATE job_leases SET run_id = NULL, expires_at = NULL, cancel_requested = false
                WHERE job = :job AND run_id = :run_id
                """, ["job": .text(lease.job), "run_id": .text(lease.runID ?? "")]))
        return released == 1
    }

    /// How many runs for one due time were lost.
    ///
    /// - Throws: what the session throws.
    public func lossCount(of job: String, dueAt: Instant, in session: any ReadSession) async throws -> Int {
        let result = try await session.query(
            Statement(
                """
                SELECT CAST(count(*) AS bigint) AS runs FROM job_runs
                WHERE job = :job AND due_at = :due_at AND outcome = 'lost'
                """, ["job": .text(job), "due_at": .instant(dueAt)]))
        return Int(result.first().integer ?? 0)
    }

    /// The newest runs of a job, or of all jobs, newest first.
    ///
    /// - Throws: what the session throws.
    public static func runs(
        of job: String? = nil, id: String? = nil, outcome: JobRun.Outcome? = nil, limit: Int,
        in session: any ReadSession
    ) async throws -> [JobRun] {
        let result = try await session.query(
            Statement(
                """
                SELECT run_id, job, holder, cause, due_at, started_at, ended_at, try_count, outcome, row_count, error_code,
                    error_message
                FROM job_runs
                WHERE (CAST(:job AS varchar) IS NULL OR job = CAST(:job AS varchar))
                    AND (CAST(:id AS varchar) IS NULL OR run_id = CAST(:id AS varchar))
                    AND (CAST(:outcome AS varchar) IS NULL OR outcome = CAST(:outcome AS varchar))
                ORDER BY started_at DESC, run_id
                LIMIT \(max(0, limit))
                """,
                [
                    "job": job.map(Value.text) ?? .null, "id": id.map(Value.text) ?? .null,
                    "outcome": outcome.map { .text($0.rawValue) } ?? .null,
                ]))
        return (0..<result.rowCount).map { JobRun(result.row($0)) }
    }

    /// The newest run of each job. Each is found by the index, however many there are.
    ///
    /// - Throws: what the session throws.
    public static func lastRuns(in session: any ReadSession) async throws -> [String: JobRun] {
        let jobs = try await session.query(Statement("SELECT job FROM job_leases ORDER BY job"))
        var newest: [String: JobRun] = [:]
        for job in (0..<jobs.rowCount).compactMap({ jobs.row($0)[0].text }) {
            newest[job] = try await runs(of: job, limit: 1, in: session).first
        }
        return newest
    }

    /// The newest run of each job that succeeded.
    ///
    /// - Parameter lastRuns: the newest run of each job.
    /// - Throws: what the session throws.
    public static func lastSuccesses(
        after lastRuns: [String: JobRun], in session: any ReadSession
    ) async throws -> [JobRun] {
        var newest: [JobRun] = []
        for run in lastRuns.values {
            let success =
                run.outcome == .succeeded
                ? run : try await runs(of: run.job, outcome: .succeeded, limit: 1, in: session).first
            if let success { newest.append(success) }
        }
        return newest
    }

    /// The tries of a run, in order.
    ///
    /// - Throws: what the session throws.
    public static func tries(of runID: String, in session: any ReadSession) async throws -> [JobTry] {
        let result = try await session.query(
            Statement(
                """
                SELECT try_number, started_at, ended_at, outcome, row_count, error_code, error_message
                FROM job_tries WHERE run_id = :run_id ORDER BY try_number
                """, ["run_id": .text(runID)]))
        return (0..<result.rowCount).map { JobTry(result.row($0)) }
    }
}

extension JobRun {
    /// Reads a row of `job_runs`, in the order in which it is asked for. What a newer program wrote counts as failed.
    init(_ cells: [Value]) {
        self.init(
            id: cells[0].text ?? "", job: cells[1].text ?? "", holder: cells[2].text ?? "",
            cause: cells[3].text.flatMap(Cause.init(rawValue:)) ?? .hand, dueAt: cells[4].instant,
            startedAt: cells[5].instant ?? Instant(microsecondsSinceEpoch: 0), endedAt: cells[6].instant,
            tryCount: Int(cells[7].integer ?? 0), outcome: cells[8].text.flatMap(Outcome.init(rawValue:)) ?? .failed,
            rowCount: cells[9].integer, errorCode: cells[10].text, errorMessage: cells[11].text)
    }
}

extension JobTry {
    /// Reads a row of `job_tries`, in the order in which it is asked for.
    init(_ cells: [Value]) {
        self.init(
            number: Int(cells[0].integer ?? 0), startedAt: cells[1].instant ?? Instant(microsecondsSinceEpoch: 0),
            endedAt: cells[2].instant, outcome: cells[3].text.flatMap(JobRun.Outcome.init(rawValue:)) ?? .failed,
            rowCount: cells[4].integer, errorCode: cells[5].text, errorMessage: cells[6].text)
    }
}
