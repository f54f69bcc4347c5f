public import RollbookModel
public import RollbookStore
import Synchronization

/// What people ask, and how often: gathered in memory, and added to the store's record at intervals.
///
/// It holds ids, as the records do, and stays in the store; what is shown of it names the kinds of parameters only.
public final class AskedQuestions: QuestionObserver {
    private struct Pending {
        var tallies: [String: QuestionTally] = [:]
        /// Why the last flush could not be stored.
        var failure: RollbookError?
    }

    /// The most questions that are held until the next flush; what is asked beyond is asked too seldom to be missed.
    private static let most = 2000
    /// How many are stored in one transaction: what else is remembered waits for no more than that.
    private static let portion = 100

    private let pending = Mutex(Pending())
    private let now: @Sendable () -> Instant

    /// Makes an empty log.
    public init(now: @escaping @Sendable () -> Instant = { .now }) { self.now = now }

    /// Counts a question. What was never understood, or names no record, is nobody's question.
    public func answered(_ event: QuestionEvent) {
        guard event.purpose == .reading, ![.invalidArgument, .notFound].contains(event.failure),
            let text = QuestionText.text(of: event.question)
        else { return }
        let microseconds = Int64(event.duration / .microseconds(1))
        let isComputed = event.source == .computed && !event.isJoined && event.failure == nil
        let isReport = if case .report = event.question.target { true } else { false }
        let tally = QuestionTally(
            question: text, kind: isReport ? "report" : "view", askedCount: Int64(event.repetitions),
            computedCount: isComputed ? 1 : 0, failedCount: event.failure == nil ? 0 : 1, lastAskedAt: now(),
            totalMicroseconds: isComputed ? microseconds : 0, longestMicroseconds: isComputed ? microseconds : 0)
        add([tally])
    }

    /// Adds what was gathered to the store's record; what could not be stored is kept for the next time.
    ///
    /// - Parameter limit: how long that may take.
    /// - Throws: what the engine throws. Where the database's user may not write, nothing is thrown, and ``failure`` says so.
    public func flush(to engine: any Engine, within limit: Duration = .seconds(10)) async throws {
        var tallies = pending.withLock { pending in
            defer { pending.tallies = [:] }
            return pending.tallies.values.sorted { $0.question < $1.question }
        }
        guard !tallies.isEmpty else { return }
        let deadline = Deadline.after(limit)
        do {
            while !tallies.isEmpty {
                let portion = Array(tallies.prefix(Self.portion))
                try await engine.bookkeep(deadline: deadline) { try await QuestionTally.add(portion, in: $0) }
                tallies.removeFirst(portion.count)
            }
            pending.withLock { $0.failure = nil }
        } catch let error as RollbookError where error.code == .notPermitted {
            pending.withLock { $0.failure = error }
        } catch {
            add(tallies)
            let failure = error as? RollbookError ?? RollbookError(.engineFailure, "the questions were not recorded")
            pending.withLock { $0.failure = failure }
            throw failure
        }
    }

    /// Why the last flush could not be stored; nil where it was.
    public var failure: RollbookError? { pending.withLock { $0.failure } }

    private func add(_ tallies: [QuestionTally]) {
        pending.withLock { pending in
            for tally in tallies {
                if pending.tallies[tally.question]?.add(tally) == nil, pending.tallies.count < Self.most {
                    pending.tallies[tally.question] = tally
                }
            }
        }
    }
}
