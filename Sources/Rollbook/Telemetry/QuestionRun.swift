import RollbookModel
import RollbookStore
import Synchronization

/// One question on its way to an answer: what the computation finds out that observers are told.
final class QuestionRun: Sendable {
    private struct Computed {
        var rowCount: Int?
        var servedBy: String?
        var isOwn = false
    }

    private let start = ContinuousClock.now
    private let wait = QueueWait()
    private let computed = Mutex(Computed())

    /// Runs the computation that this question has started: how long it waits and what it brings home is noted.
    func measure(_ compute: () async throws -> Answer) async throws -> Answer {
        computed.withLock { $0.isOwn = true }
        let answer = try await QueueWait.$current.withValue(wait, operation: compute)
        computed.withLock {
            $0.rowCount = answer.table.rows.count
            $0.servedBy = answer.provenance.servedBy
        }
        return answer
    }

    /// What observers are told.
    func event(
        _ question: Question, _ purpose: QuestionPurpose, source: AnswerSource, dataVersion: Int64?,
        failure: RollbookError.Code?
    ) -> QuestionEvent {
        let computed = computed.withLock { $0 }
        return QuestionEvent(
            question: question, source: source, duration: ContinuousClock.now - start, waited: wait.total,
            rowCount: computed.rowCount, servedBy: computed.servedBy, dataVersion: dataVersion,
            isJoined: source == .computed && failure == nil && !computed.isOwn, purpose: purpose, failure: failure)
    }
}

extension Warehouse {
    /// Runs what answers a question, and tells the observers how that went.
    ///
    /// - Throws: what `body` throws.
    func observed<T>(
        _ question: Question, for purpose: QuestionPurpose = .reading,
        _ body: (QuestionRun) async throws -> (value: T, source: AnswerSource, dataVersion: Int64)
    ) async throws -> T {
        let run = QuestionRun()
        do {
            let (value, source, dataVersion) = try await body(run)
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
