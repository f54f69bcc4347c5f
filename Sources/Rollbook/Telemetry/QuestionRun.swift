import RollbookModel
import RollbookStore
import Synchronization

/// One question on its way to an answer: what the computation finds out that observers are told.
final class QuestionRun: Sendable {
    private struct Computed {
        var rowCount: Int?
        var servedBy: String?
        var isOwn = false
        var isAwaited = false
    }

    /// Who is named where nothing was brought home.
    private let engineName: String

    private let start = ContinuousClock.now
    private let wait = QueueWait()
    private let computed = Mutex(Computed())

    init(engineName: String) { self.engineName = engineName }

    /// Notes that the cache is asked: what this question does not compute from here on, it awaits from others.
    func awaits() { computed.withLock { $0.isAwaited = true } }

    /// Runs the computation that this question has started: how long it waits and what it brings home is noted.
    func measure(_ compute: () async throws -> Answer) async throws -> Answer {
        computed.withLock { $0.isOwn = true }
        return try await Step.run("compute") { step in
            let answer = try await compute()
            computed.withLock {
                $0.rowCount = answer.table.rows.count
                $0.servedBy = answer.provenance.servedBy
            }
            step.note("rollbook.served_by", answer.provenance.servedBy)
            step.note("rollbook.rows", String(answer.table.rows.count))
            return answer
        }
    }

    /// Whether a failure says something of the question: it was not understood, or speaks of nobody.
    private static func isAboutTheQuestion(_ failure: RollbookError.Code?) -> Bool {
        failure == .invalidArgument || failure == .notFound
    }

    /// Runs `body` with whatever it waits in queues noted, also in the tasks that it begins.
    func noteWaiting<T>(_ body: () async throws -> T) async throws -> T {
        try await QueueWait.$current.withValue(wait, operation: body)
    }

    /// What observers are told.
    func event(
        _ question: Question, _ purpose: QuestionPurpose, source: AnswerSource, dataVersion: Int64?,
        failure: RollbookError.Code?
    ) -> QuestionEvent {
        let computed = computed.withLock { $0 }
        let hasFailed = failure != nil && !Self.isAboutTheQuestion(failure)
        return QuestionEvent(
            question: question, source: source, duration: ContinuousClock.now - start, waited: wait.total,
            rowCount: computed.rowCount, servedBy: computed.servedBy ?? (hasFailed ? engineName : nil),
            dataVersion: dataVersion,
            isJoined: source == .computed && computed.isAwaited && !computed.isOwn, purpose: purpose, failure: failure)
    }
}

extension Warehouse {
    /// In how many seconds a question that found too many others waiting may be asked again, by the engine's queues.
    package var retryAfter: Int {
        let wait = engine.queues.map(\.expectedWait).max() ?? .zero
        return min(60, max(1, Int((wait / .seconds(1)).rounded(.up))))
    }

    /// Runs what answers a question, and tells the observers how that went.
    ///
    /// - Throws: what `body` throws.
    func observed<T>(
        _ question: Question, for purpose: QuestionPurpose = .reading,
        _ body: (QuestionRun) async throws -> (value: T, source: AnswerSource, dataVersion: Int64)
    ) async throws -> T {
        let run = QuestionRun(engineName: engineName)
        do {
            let (value, source, dataVersion) = try await Step.run("question") { step in
                step.note("rollbook.question", question.name)
                step.note("rollbook.parameters", question.kinds)
                let outcome = try await run.noteWaiting { try await body(run) }
                step.note("rollbook.source", outcome.source.rawValue)
                return outcome
            }
            tell(run.event(question, purpose, source: source, dataVersion: dataVersion, failure: nil))
            return value
        } catch {
            let code = (error as? RollbookError)?.code ?? (error is CancellationError ? .cancelled : .engineFailure)
            tell(run.event(question, purpose, source: .computed, dataVersion: nil, failure: code))
            throw error
        }
    }

    /// Tells the observers of a question that was answered elsewhere: answers written on the event loop are told so.
    package func tell(_ event: QuestionEvent) {
        for observer in configuration.observers { observer.answered(event) }
    }
}
