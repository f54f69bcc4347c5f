import RollbookModel
import RollbookStore

extension WarehouseJobs {
    /// So many days back it is looked what people asked.
    private static let days = 14

    /// Answers the common questions, then those that people ask most, until the cache is nearly full.
    func warm(_ progress: @Sendable (String) async -> Void) async throws -> Int64 {
        let standard = try Warehouse.standardQuestions
        let asked = try await askedQuestions()
        await progress("\(standard.count) common questions, \(asked.count) from the question log")
        var (written, failures) = (Int64(0), 0)
        for question in standard + asked {
            if Task.isCancelled { throw RollbookError(.cancelled, "the job was stopped") }
            if isCacheFull {
                await progress("the cache is nearly full")
                break
            }
            do {
                if try await !warehouse.encodedAnswer(question, for: .warming).isHit { written += 1 }
                failures = 0
            } catch let error as RollbookError where [.notFound, .notReady, .invalidArgument].contains(error.code) {
                // A record that has gone since it was asked for, a view that was never filled, a parameter of old.
                continue
            } catch let error as RollbookError where [.timedOut, .outOfResources].contains(error.code) {
                // One that is too much for the engine is no reason to leave the others; many are.
                failures += 1
                if failures >= 3 { throw error }
            }
        }
        await progress("\(written) answers written")
        return written
    }

    /// Whoever warms more than there is room for puts out what was warmed before. What has ended makes room by itself.
    private var isCacheFull: Bool {
        let configuration = warehouse.cache.configuration
        return !configuration.isOn || warehouse.cache.freshBytes() >= configuration.maximumBytes / 10 * 9
    }

    private func askedQuestions() async throws -> [Question] {
        let (since, limit) = (Instant.now.utcDate.adding(days: -Self.days), configuration.mostWarmQuestions)
        // Who may not read what people ask answers the common questions all the same.
        let tallies: [QuestionTally]
        do {
            try await askedQuestions?.flush(to: engine)
            tallies = try await engine.read(deadline: .after(Self.patience)) { session in
                try await QuestionTally.mostAsked(since: since, limit: limit, in: session)
            }
        } catch let error as RollbookError where error.code == .notPermitted {
            return []
        }
        return tallies.compactMap { QuestionText.question($0.question) }
    }
}
