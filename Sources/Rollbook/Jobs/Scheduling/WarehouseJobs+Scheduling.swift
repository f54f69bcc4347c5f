import RollbookModel
import RollbookStore
import RollbookViews
import Synchronization

/// What this process knows of the jobs and views since it looked last.
struct KnownJobs: Sendable {
    var leases: [String: JobLease] = [:]
    var lastRuns: [String: JobRun] = [:]
    var views: [ViewStatus] = []
    /// When it was looked, by the clock by which schedules go; nil where nobody has yet.
    var seenAt: Instant?
    /// Why the last look brought nothing.
    var readFailure: RollbookError?
    /// Why nothing can be written down.
    var writeFailure: RollbookError?
}

extension WarehouseJobs {
    /// Looks after the jobs until the task is cancelled: begins what is due, where this process runs jobs, and adds what people
    /// ask to the store's record. What runs then is stopped, and its end noted, before this returns.
    public func schedule() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.lookAgainAndAgain() }
            group.addTask { await self.flushAgainAndAgain() }
            await group.waitForAll()
        }
        await stop()
        // The task is cancelled, and what is noted now is the last.
        await Task { await self.flushQuestions(within: JobRunner.lastPatience) }.value
    }

    private func lookAgainAndAgain() async {
        while !Task.isCancelled {
            await look()
            let pause = guarded.withLock { [clock] in $0.schedule.pause(at: clock.now) }
            try? await Task.sleep(for: pause)
        }
    }

    private func flushAgainAndAgain() async {
        var tidiedAt = ContinuousClock.now
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.patience)
            if Task.isCancelled { return }
            await flushQuestions(within: Self.patience)
            if ContinuousClock.now - tidiedAt < Self.tidyingInterval { continue }
            tidiedAt = .now
            await tidyQuestions()
        }
    }

    private func flushQuestions(within limit: Duration) async {
        do { try await askedQuestions?.flush(to: engine, within: limit) } catch let error as RollbookError {
            onEvent(.notRecorded(error))
        } catch {}
    }

    /// How often the question log is brought back to its limits, also where nobody runs the job `statistics`.
    private static let tidyingInterval = Duration.seconds(3600)

    /// Removes the questions that are too old or too many, where this process records any.
    func tidyQuestions() async {
        guard let askedQuestions, askedQuestions.failure == nil else { return }
        let (ledger, retention) = (ledger, configuration.retention)
        do {
            try await engine.bookkeep(deadline: .after(Self.patience)) { session in
                try await retention.tidyQuestions(at: try await ledger.now(in: session), in: session)
            }
        } catch let error as RollbookError {
            onEvent(.notRecorded(error))
        } catch {}
    }

    /// Looks once: what the store says of the jobs, and what is to be done about it.
    func look() async {
        let ledger = ledger
        do {
            let (found, successes, storeNow) = try await engine.bookkeep(deadline: .after(Self.patience)) { session in
                let (leases, storeNow) = try await ledger.leases(in: session)
                let lastRuns = try await JobLedger.lastRuns(in: session)
                let found = KnownJobs(
                    leases: leases, lastRuns: lastRuns.mapValues { $0.asFound(under: leases[$0.job], at: storeNow) },
                    views: try await ViewStatus.all(in: session))
                return (found, try await JobLedger.lastSuccesses(after: lastRuns, in: session), storeNow)
            }
            let now = clock.saw(storeNow)
            let actions = guarded.withLock { guarded in
                let writeFailure = guarded.known.writeFailure
                guarded.known = found
                guarded.known.seenAt = now
                guarded.known.writeFailure = writeFailure
                return guarded.isStopping
                    ? [] : guarded.schedule.actions(leases: found.leases, storeNow: storeNow, now: now)
            }
            onEvent(.looked(lastRuns: Array(found.lastRuns.values), lastSuccesses: successes))
            for action in actions { try await perform(action, found.leases) }
            if !actions.isEmpty { guarded.withLock { $0.known.writeFailure = nil } }
        } catch {
            failed(error)
        }
    }

    private func failed(_ error: any Error) {
        if Task.isCancelled { return }
        let failure = error as? RollbookError ?? RollbookError(.engineFailure, "the jobs could not be looked after")
        let isNews = guarded.withLock { guarded in
            // Who may not write can read all the same.
            if failure.code == .notPermitted {
                defer { guarded.known.writeFailure = failure }
                return guarded.known.writeFailure == nil
            }
            defer { guarded.known.readFailure = failure }
            return guarded.known.readFailure == nil
        }
        if isNews { onEvent(.notRecorded(failure)) }
    }

    private func perform(_ action: ScheduleState.Action, _ leases: [String: JobLease]) async throws {
        let ledger = ledger
        switch action {
        case .watch(let job, let instant):
            let seen = leases[job.rawValue]?.lastDueAt
            try await engine.bookkeep(deadline: .after(Self.patience)) { session in
                try await ledger.watch(job.rawValue, from: instant, seen: seen, in: session)
            }
        case .claim(let job, let dueAt, let cause):
            let claim = newClaim(job, cause: cause, dueAt: dueAt)
            let isTaken = try await engine.bookkeep(deadline: .after(Self.patience)) { session in
                try await ledger.take(claim, in: session) { lease, _ in
                    lease.runID == nil && lease.lastDueAt.map { $0 < dueAt } ?? false
                }
            }
            if isTaken { launch(job, claim) }
        case .recover(let job): try await recover(job)
        }
    }

    /// Notes that a run was lost with its process; one that a schedule had begun is begun again, as often as it has tries.
    func recover(_ job: Job) async throws {
        let (ledger, tries) = (ledger, configuration[job].tries)
        let again = newClaim(job, cause: .madeUp, dueAt: nil)
        typealias Finding = (isFound: Bool, claim: JobLedger.Claim?)
        let found = try await engine.bookkeep(deadline: .after(Self.patience)) { session -> Finding in
            let (leases, now) = try await ledger.leases(in: session)
            guard let lease = leases[job.rawValue], let runID = lease.runID, !lease.isHeld(at: now) else {
                return (false, nil)
            }
            let lost = try await JobLedger.runs(id: runID, limit: 1, in: session).first
            try await ledger.markLost(in: session)
            guard let dueAt = lost?.dueAt, lost?.cause != .hand,
                try await ledger.lossCount(of: job.rawValue, dueAt: dueAt, in: session) < max(2, tries)
            else {
                return (try await ledger.release(lease, in: session), nil)
            }
            let claim = JobLedger.Claim(
                job: job.rawValue, holder: again.holder, runID: again.runID, cause: .madeUp, dueAt: dueAt)
            let isTaken = try await ledger.take(claim, in: session) { found, _ in found.runID == runID }
            return (isTaken, isTaken ? claim : nil)
        }
        // Of several who find it, one writes it down and tells of it.
        if found.isFound { onEvent(.foundLost(job, isBegunAgain: found.claim != nil)) }
        if let claim = found.claim { launch(job, claim) }
    }
}
