import RollbookCache
import RollbookModel

extension StoredAnswer {
    /// An answer as it is given: whoever has had it computed is told which engine computed it, all others where it was kept,
    /// and how old it is where it is no longer the newest.
    ///
    /// - Parameters:
    ///   - computed: the answer as the engine gave it, where this question had it computed.
    ///   - sharedName: how provenance names the cache that servers share.
    init(
        key: AnswerKey, outcome: AnswerCache.Outcome, computed: EncodedAnswer?, sharedName: String?,
        keyHolds: Range<Instant>?
    ) {
        var answer = outcome.answer
        var age: Int?
        switch outcome.source {
        case .memory: break
        case .computed: answer = computed ?? answer
        case .shared: answer = answer.served(by: sharedName ?? "shared")
        case .stale:
            let microseconds = Instant.now.microsecondsSinceEpoch - answer.generatedAt.microsecondsSinceEpoch
            let seconds = Int(max(0, microseconds) / 1_000_000)
            answer = answer.stale(age: seconds)
            age = seconds
        }
        self.init(key: key, answer: answer, source: outcome.source, keyHolds: keyHolds)
        self.age = age
    }
}
