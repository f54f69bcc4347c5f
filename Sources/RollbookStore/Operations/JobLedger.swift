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
}

extension JobLease {
    /// Reads a row of `job_leases`, in the order in which it is asked for.
    init(_ cells: [Value]) {
        self.init(
            job: cells[0].text ?? "", holder: cells[1].text, runID: cells[2].text, expiresAt: cells[3].instant,
            lastDueAt: cells[4].instant, isToBeCancelled: cells[5] == .boolean(true))
    }
}
