public import RollbookCache
public import RollbookModel
import RollbookReports
public import RollbookStore
public import RollbookViews
import Synchronization

/// How a warehouse answers.
public struct WarehouseConfiguration: Sendable {
    /// The definitions in force where a question brings none of its own.
    public var policy: Policy
    /// How much is kept in memory, and for how long.
    public var cache: CacheConfiguration
    /// How long a question may take before it is stopped; nil: as long as it takes.
    public var queryTimeout: Duration?
    /// Who is told of every question and how it was answered.
    public var observers: [any QuestionObserver]
    /// How old the known state of the store may be, on engines that have to ask for it; a second by default.
    public var versionCheck = Duration.seconds(1)

    /// Makes a configuration.
    public init(
        policy: Policy = Policy(), cache: CacheConfiguration = CacheConfiguration(),
        queryTimeout: Duration? = .seconds(30), observers: [any QuestionObserver] = []
    ) {
        self.policy = policy
        self.cache = cache
        self.queryTimeout = queryTimeout
        self.observers = observers
    }
}

/// A school's records, its summary views and its reports, over one engine.
///
/// It is given an engine and never chooses one. All its methods may be called at the same time.
public final class Warehouse: Sendable {
    private let inForce: Mutex<WarehouseConfiguration>
    private let revisions = Atomic<Int>(0)
    /// The answers kept in memory.
    public let cache: AnswerCache
    /// Records by what people call them.
    public let directory: RecordDirectory

    /// How the store is; see ``healthSources`` for all that can be ill.
    public let storeHealth: StoreHealth

    let engine: any Engine
    let watch: DataVersionWatch
    private let runner: ReportRunner
    private let reader: ViewReader

    /// Makes a warehouse over an engine.
    ///
    /// - Parameter shared: the cache that this warehouse shares with others over the same store.
    public init(
        engine: any Engine, configuration: WarehouseConfiguration = WarehouseConfiguration(),
        shared: (any SharedAnswers)? = nil
    ) {
        self.engine = engine
        inForce = Mutex(configuration)
        let cache = AnswerCache(configuration: configuration.cache, shared: shared)
        self.cache = cache
        watch = DataVersionWatch(engine: engine, interval: configuration.versionCheck) { cache.supersede(by: $0) }
        directory = RecordDirectory(engine: engine)
        storeHealth = StoreHealth(engine: engine, longestQuestion: configuration.queryTimeout)
        runner = ReportRunner(engine: engine)
        reader = ViewReader(engine: engine)
    }

    /// How the warehouse answers.
    public var configuration: WarehouseConfiguration { inForce.withLock { $0 } }

    /// Grows whenever other definitions come in force: what was answered under an older one may be another answer now.
    public var revision: Int { revisions.load(ordering: .acquiring) }

    /// Puts other definitions in force, for all questions from now on. Views keep the counts of their last refresh; where
    /// those depend on what has changed, they are counted anew when they are asked for, until the next refresh.
    public func reload(policy: Policy) {
        inForce.withLock { inForce in
            guard policy != inForce.policy else { return }
            inForce.policy = policy
            revisions.add(1, ordering: .releasing)
        }
    }

    /// The deadline of a question that begins now.
    public var deadline: Deadline { configuration.queryTimeout.map(Deadline.after) ?? .none }

    /// Answers a question afresh.
    ///
    /// - Throws: ``RollbookError``: `invalidArgument`, `notFound`, `notReady`, `timedOut`, `cancelled`, `overloaded`,
    ///   `outOfResources`, `unavailable` or `engineFailure`.
    public func answer(_ question: Question) async throws -> Answer {
        try await observed(question) { run in
            let answer = try await run.measure { try await self.freshAnswer(to: question) }
            self.watch.saw(answer.provenance.dataState)
            return (answer, .computed, answer.provenance.dataVersion)
        }
    }

    private func freshAnswer(to question: Question) async throws -> Answer {
        let deadline = self.deadline
        switch try question.understood(configuration.policy) {
        case .report(let request):
            let request = try await runner.lookUpIdentifiers(of: request, deadline: deadline)
            return try await runner.answer(request, deadline: deadline)
        case .view(let page):
            return try await reader.answer(
                page.view, policy: page.policy, limit: page.limit, offset: page.offset, deadline: deadline)
        }
    }

    /// Answers a question from memory where it can, or else afresh; encoded as JSON.
    ///
    /// - Parameter purpose: what it is asked for, as observers are told. Whoever warms waits for the newest answer, also
    ///   where older ones are given.
    /// - Throws: as ``answer(_:)``.
    public func encodedAnswer(
        _ question: Question, for purpose: QuestionPurpose = .reading
    ) async throws -> StoredAnswer {
        try await observed(question, for: purpose) { run in
            let stored = try await self.storedAnswer(to: question, run, acceptsStale: purpose != .warming)
            return (stored, stored.source, stored.answer.dataVersion)
        }
    }

    private func storedAnswer(
        to question: Question, _ run: QuestionRun, acceptsStale: Bool
    ) async throws -> StoredAnswer {
        let deadline = self.deadline
        switch try question.understood(configuration.policy) {
        case .report(let request):
            let request = try await runner.lookUpIdentifiers(of: request, deadline: deadline)
            let key = AnswerKey(
                report: request.report.name, parameters: request.printed, policy: request.policy,
                date: request.window.lastDate, asOf: question.asOf, permissions: Self.permissions,
                sqlFingerprint: request.report.fingerprint, dataState: try await watch.state().dataState)
            let runner = self.runner
            let today = TimeWindow(days: 1, asOf: request.asOf, zone: request.policy.timeZone)
            let span = question.asOf == nil ? today.from..<today.until : nil
            return try await stored(key, holding: span, acceptsStale: acceptsStale, run) {
                try await run.measure { try await runner.answer(request, deadline: deadline) }
            }
        case .view(let page):
            let key = AnswerKey(
                report: page.view.name, parameters: page.printed, policy: page.policy, date: Self.anyDate, asOf: nil,
                permissions: Self.permissions, sqlFingerprint: page.view.fingerprint,
                dataState: try await watch.state().dataState)
            let reader = self.reader
            return try await stored(key, holding: nil, acceptsStale: acceptsStale, run) {
                try await run.measure {
                    try await reader.answer(
                        page.view, policy: page.policy, limit: page.limit, offset: page.offset, deadline: deadline)
                }
            }
        }
    }

    /// Everyone may see everything, until somebody says who asks.
    private static let permissions = "all"
    /// A view's answer does not move with the calendar: its refresh does.
    private static let anyDate = CalendarDate(daysSinceEpoch: 0)

    /// Tells which state an answer was read from, before anybody is shown it.
    private func telling(
        _ compute: @escaping @Sendable () async throws -> Answer
    ) -> @Sendable () async throws -> Answer {
        { [watch] in
            let answer = try await compute()
            watch.saw(answer.provenance.dataState)
            return answer
        }
    }

    /// The answer kept under a key, or a computed one: whoever has it computed is told which engine answered, whoever gets
    /// it later that it came from memory, or from the cache that servers share.
    private func stored(
        _ key: AnswerKey, holding span: Range<Instant>?, acceptsStale: Bool, _ run: QuestionRun,
        _ compute: @escaping @Sendable () async throws -> Answer
    ) async throws -> StoredAnswer {
        let compute = telling(compute)
        guard cache.configuration.isOn else {
            let answer = EncodedAnswer(try await compute())
            return StoredAnswer(key: key, answer: answer, source: .computed, keyHolds: span)
        }
        let fresh = Mutex<EncodedAnswer?>(nil)
        run.awaits()
        let outcome = try await Step.run("cache") { step in
            let outcome = try await cache.answer(for: key, acceptsStale: acceptsStale) {
                let answer = try await compute()
                var kept = answer
                kept.provenance.servedBy = "memory"
                let encoded = EncodedAnswer(kept)
                // Both say the same but for who served it, so they share their tag.
                fresh.withLock { $0 = EncodedAnswer(answer, entityTag: encoded.entityTag) }
                return encoded
            }
            step.note("rollbook.cache", outcome.isHit ? "hit" : "miss")
            return outcome
        }
        return StoredAnswer(
            key: key, outcome: outcome, computed: fresh.withLock { $0 }, sharedName: cache.shared?.name, keyHolds: span)
    }

    /// Fills the summary views anew, in one transaction, beside readers.
    ///
    /// - Parameters:
    ///   - asOf: the instant for which the columns that move with the clock hold; nil: now.
    ///   - policy: the definitions to count by; nil: those of the configuration.
    /// - Throws: as ``answer(_:)``.
    public func refresh(
        asOf: Instant? = nil, policy: Policy? = nil,
        progress: @Sendable (ViewRefresh.Outcome) async -> Void = { _ in }
    ) async throws -> RefreshOutcome {
        let asOf = asOf ?? .now
        let start = ContinuousClock.now
        let refresh = ViewRefresh(asOf: asOf, policy: policy ?? configuration.policy)
        let (outcomes, state) = try await refresh.run(on: engine, progress: progress)
        await moved(to: state)
        return RefreshOutcome(
            asOf: asOf, views: outcomes, dataVersion: state.dataVersion, duration: ContinuousClock.now - start)
    }

    /// Answers the common questions, so that they are in memory when they are asked: every report and view that needs no
    /// parameter.
    ///
    /// - Returns: how many answers were written; those that were there already do not count.
    /// - Throws: as ``answer(_:)``; a view that has never been filled is passed over.
    public func warm() async throws -> Int {
        var written = 0
        for question in try Self.standardQuestions {
            do {
                if try await !encodedAnswer(question, for: .warming).isHit { written += 1 }
            } catch let error as RollbookError where error.code == .notReady {
                continue
            }
        }
        return written
    }

    /// Ends the engine's connections; running questions are stopped.
    public func close() async { await engine.close() }
}

/// An encoded answer and the key under which it is kept.
public struct StoredAnswer: Sendable {
    /// The key.
    public let key: AnswerKey
    /// The answer.
    public let answer: EncodedAnswer
    /// How it was had.
    public let source: AnswerSource
    /// How many seconds ago it was computed, where it is no longer the newest; its text says so, too.
    public internal(set) var age: Int?
    /// The instants at which the same question has the same key, as long as the data's version stays; nil: always.
    public let keyHolds: Range<Instant>?

    /// Whether it was in memory already, and is the newest.
    public var isHit: Bool { source == .memory }

    init(key: AnswerKey, answer: EncodedAnswer, source: AnswerSource, keyHolds: Range<Instant>?) {
        self.key = key
        self.answer = answer
        self.source = source
        self.keyHolds = keyHolds
    }
}

/// What a refresh did.
public struct RefreshOutcome: Sendable {
    /// The instant for which the columns that move with the clock hold.
    public let asOf: Instant
    /// What it did to each view.
    public let views: [ViewRefresh.Outcome]
    /// The store's version afterwards.
    public let dataVersion: Int64
    /// How long all of it took.
    public let duration: Duration
}
