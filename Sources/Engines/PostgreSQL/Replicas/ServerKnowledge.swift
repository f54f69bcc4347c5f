import RollbookStore

/// A server among those that hold the store.
enum Server: Hashable, Sendable {
    case primary
    /// A replica, by its place in the configuration.
    case replica(Int)
}

/// What is known of one server.
struct ServerKnowledge {
    /// What it last said of itself.
    private(set) var look: ServerLook?
    /// When it was asked for that.
    private(set) var lookedAt: ContinuousClock.Instant?
    /// How often in a row it has failed since.
    private(set) var failures = 0
    /// How many questions it is answering.
    var questions = 0

    /// Whether it answered when it was last asked.
    var answers: Bool { look != nil && failures == 0 }

    mutating func saw(_ look: ServerLook, at time: ContinuousClock.Instant) {
        self.look = look
        lookedAt = time
        failures = 0
    }

    /// It does not answer: it is left alone until somebody has looked again.
    mutating func failed() { failures += 1 }

    /// An answer has shown another state than the last look.
    mutating func saw(_ proof: SnapshotProof) {
        look?.isInRecovery = proof.isInRecovery
        look?.state = proof.state
    }

    /// The version of the store, as far as it is known.
    var dataVersion: Int64 { look?.state?.dataVersion ?? .min }

    /// Whether what is known is not older than `limit`.
    func isFresh(_ limit: Duration, at now: ContinuousClock.Instant) -> Bool {
        lookedAt.map { $0.duration(to: now) <= limit } ?? false
    }
}
