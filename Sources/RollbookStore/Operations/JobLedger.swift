public import RollbookModel

/// What the store remembers of jobs: who runs which, and how every run and try ended.
///
/// Each function is part of a bookkeeping transaction. Two that meet are put in order by the row of the job's lease, which is
/// only changed where it still is as it was read.
public struct JobLedger: Sendable {
    /// How long a lease holds unless it is renewed.
    public let leaseDuration: Duration
    private let dialect: Dialect

    /// Makes a ledger.
    public init(leaseDuration: Duration, dialect: Dialect) {
        self.leaseDuration = leaseDuration
        self.dialect = dialect
    }

    /// The present by the store's own clock.
    ///
    /// - Throws: what the session throws.
    public func now(in session: any ReadSession) async throws -> Instant {
        let found = try await session.query(Statement("SELECT \(dialect.currentInstant) AS now")).first().instant
        guard let found else { throw RollbookError(.engineFailure, "the store's clock says nothing") }
        return found
    }

    /// All leases by job, and the store's clock as they were read.
    ///
    /// - Throws: what the session throws.
    public func leases(in session: any ReadSession) async throws -> (leases: [String: JobLease], now: Instant) {
        let now = try await now(in: session)
        let result = try await session.query(
            Statement("SELECT job, holder, run_id, expires_at, last_due_at, cancel_requested FROM job_leases"))
        var leases: [String: JobLease] = [:]
        for index in 0..<result.rowCount {
            let lease = JobLease(result.row(index))
            leases[lease.job] = lease
        }
        return (leases, now)
    }

    /// What is asked for: a run of a job by a process.
    public struct Claim: Sendable {
        /// The job's name.
        public let job: String
        /// The process.
        public let holder: String
        /// The run's id.
        public let runID: String
        /// Why it is begun.
        public let cause: JobRun.Cause
        /// The due time that it is begun for.
        public let dueAt: Instant?

        /// Makes one.
        public init(job: String, holder: String, runID: String, cause: JobRun.Cause, dueAt: Instant?) {
            self.job = job
            self.holder = holder
            self.runID = runID
            self.cause = cause
            self.dueAt = dueAt
        }
    }

    /// Takes a job's lease and writes its run down, where nobody holds the lease.
    ///
    /// - Parameter isWanted: judges the lease as it was found, such as whether somebody has taken the due time already.
    /// - Returns: false where somebody holds it, or another was faster, or it is not wanted any more.
    /// - Throws: what the session throws.
    public func take(
        _ claim: Claim, in session: any WriteSession, isWanted: @Sendable (JobLease, Instant) -> Bool = { _, _ in true }
    ) async throws -> Bool {
        try await addLease(claim.job, in: session)
        let (leases, now) = try await leases(in: session)
        guard let lease = leases[claim.job], !lease.isHeld(at: now), isWanted(lease, now)
        else { return false }
        let taken = try await session.execute(
            Statement(
                """
                UPDATE job_leases
                SET holder = :holder, run_id = :run_id, expires_at = CAST(:expires_at AS timestamp),
                    last_due_at = coalesce(CAST(:due_at AS timestamp), last_due_at), cancel_requested = false
                WHERE job = :job AND expires_at IS NOT DISTINCT FROM CAST(:seen AS timestamp)
                    AND last_due_at IS NOT DISTINCT FROM CAST(:seen_due AS timestamp)
                """,
                [
                    "job": .text(claim.job), "holder": .text(claim.holder), "run_id": .text(claim.runID),
                    "expires_at": .instant(now.adding(leaseDuration)),
                    "due_at": claim.dueAt.map(Value.instant) ?? .null,
                    "seen": lease.expiresAt.map(Value.instant) ?? .null,
                    "seen_due": lease.lastDueAt.map(Value.instant) ?? .null,
                ]))
        guard taken == 1 else { return false }
        _ = try await markLost(in: session)
        try await begin(claim, at: now, in: session)
        return true
    }

    /// Jobs that a migration did not know have no row yet.
    func addLease(_ job: String, in session: any WriteSession) async throws {
        try await session.execute(
            Statement(
                """
                INSERT INTO job_leases (job)
                SELECT CAST(:job AS varchar) WHERE NOT EXISTS (SELECT 1 FROM job_leases WHERE job = :job)
                """, ["job": .text(job)]))
    }

    private func begin(_ claim: Claim, at now: Instant, in session: any WriteSession) async throws {
        try await session.execute(
            Statement(
                """
                INSERT INTO job_runs (run_id, job, holder, cause, due_at, started_at, try_count, outcome)
                VALUES (:run_id, :job, :holder, :cause, CAST(:due_at AS timestamp), :now, 0, 'running')
                """,
                [
                    "run_id": .text(claim.runID), "job": .text(claim.job), "holder": .text(claim.holder),
                    "cause": .text(claim.cause.rawValue), "due_at": claim.dueAt.map(Value.instant) ?? .null,
                    "now": .instant(now),
                ]))
    }

    /// What a holder learns when it renews its lease.
    public enum Renewal: Hashable, Sendable {
        /// It holds on.
        case held
        /// It holds on, and somebody asks it to stop.
        case toBeCancelled
        /// Somebody else has it: the run must stop.
        case lost
    }

    /// Holds a lease for another span.
    ///
    /// - Throws: what the session throws.
    public func renew(_ claim: Claim, in session: any WriteSession) async throws -> Renewal {
        let now = try await now(in: session)
        let names: [String: Value] = ["job": .text(claim.job), "run_id": .text(claim.runID)]
        let renewed = try await session.execute(
            Statement(
                "UPDATE job_leases SET expires_at = :expires_at WHERE job = :job AND run_id = :run_id",
                names.merging(["expires_at": .instant(now.adding(leaseDuration))]) { $1 }))
        guard renewed == 1 else { return .lost }
        let isToBeCancelled = try await session.query(
            Statement("SELECT cancel_requested FROM job_leases WHERE job = :job", names)
        ).first()
        return isToBeCancelled == .boolean(true) ? .toBeCancelled : .held
    }

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

extension JobLease {
    /// Reads a row of `job_leases`, in the order in which it is asked for.
    init(_ cells: [Value]) {
        self.init(
            job: cells[0].text ?? "", holder: cells[1].text, runID: cells[2].text, expiresAt: cells[3].instant,
            lastDueAt: cells[4].instant, isToBeCancelled: cells[5] == .boolean(true))
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
