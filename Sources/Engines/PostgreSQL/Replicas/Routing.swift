import RollbookModel
import RollbookStore

/// Decides which server answers a question. A value that knows neither connections nor clocks.
struct Routing {
    /// A server for a question, and what its answer must prove.
    struct Choice: Sendable, Equatable {
        let server: Server
        /// How far behind the primary a replica is, where that is known.
        let lag: Duration?
        /// The version that the answer must have at least.
        let floor: Int64
    }

    /// What is known of the primary.
    private(set) var primary = ServerKnowledge()
    /// What is known of the replicas, in the order of the configuration.
    private(set) var replicas: [ServerKnowledge]
    /// The newest version that was seen: nobody who has seen it may be shown an older one.
    private(set) var floor: Int64 = .min
    /// The store that the primary has: versions of another one, which was there before, say nothing.
    private(set) var storeID: String?
    private var history: LagHistory
    private let maximumLag: Duration
    private var turn = 0

    /// What is older is no longer relied upon: whoever looked after the servers does so no longer, or is late.
    static let trustedAge = Duration.seconds(5)

    init(replicas: Int, maximumLag: Duration) {
        self.replicas = Array(repeating: ServerKnowledge(), count: replicas)
        self.maximumLag = maximumLag
        history = LagHistory(longestLag: max(maximumLag, .seconds(60)))
    }

    /// What is known of a server.
    subscript(server: Server) -> ServerKnowledge {
        get {
            switch server {
            case .primary: primary
            case .replica(let index): replicas[index]
            }
        }
        set {
            switch server {
            case .primary: primary = newValue
            case .replica(let index): replicas[index] = newValue
            }
        }
    }

    /// Takes in what a server said of itself.
    ///
    /// - Parameters:
    ///   - floor: the newest version that was seen when the server was asked.
    ///   - time: when it was asked.
    mutating func saw(_ look: ServerLook, of server: Server, floor: Int64, at time: ContinuousClock.Instant) {
        self[server].saw(look, at: time)
        guard server == .primary, !look.isInRecovery else { return }
        if let position = look.position { history.record(position, at: time) }
        if let state = look.state { sawPrimary(state, floor: floor) }
    }

    /// Takes in that a server does not answer.
    mutating func failed(_ server: Server) { self[server].failed() }

    /// Takes in what a commit of this process has stored, which began when `floor` was the newest version seen.
    mutating func committed(_ state: StoreState, floor: Int64) { sawPrimary(state, floor: floor) }

    /// Whether an answer may be given to whoever asked.
    mutating func accepts(_ proof: SnapshotProof, for choice: Choice) -> Bool {
        let version = proof.state.dataVersion
        if choice.server == .primary, !proof.isInRecovery {
            sawPrimary(proof.state, floor: choice.floor)
            return true
        }
        guard version >= choice.floor, isOfThisStore(proof.state), proof.isInRecovery else {
            self[choice.server].saw(proof)
            return false
        }
        if version > self[choice.server].dataVersion { self[choice.server].saw(proof) }
        floor = max(floor, version)
        return true
    }

    /// Chooses a server, which has one question more until ``ended(_:)``.
    ///
    /// - Parameter tried: those that could not answer the question. One that a replica could not answer goes to the
    ///   primary, where nothing that happens to replicas can happen to it again.
    /// - Returns: nil where none is left.
    mutating func choose(tried: Set<Server> = [], at now: ContinuousClock.Instant) -> Choice? {
        let able = replicas.indices.filter { !tried.contains(.replica($0)) && isAble($0, at: now) }
        let primaryIsOpen = !tried.contains(.primary)
        if tried.isEmpty || !primaryIsOpen || primaryIsDown {
            let near = able.filter { lag(of: $0, at: now).map { $0 <= maximumLag } ?? false }
            if let index = leastBusy(near) { return begin(.replica(index), at: now) }
        }
        // A replica that is late, but not older than what was seen, is better than no answer.
        if !primaryIsOpen || primaryIsDown, let index = able.max(by: isBehind) {
            return begin(.replica(index), at: now)
        }
        return primaryIsOpen ? begin(.primary, at: now) : nil
    }

    /// A server has answered, or failed to.
    mutating func ended(_ choice: Choice) { self[choice.server].questions -= 1 }

    /// How far a replica is behind the primary, where that is known.
    func lag(of index: Int, at now: ContinuousClock.Instant) -> Duration? {
        guard let look = replicas[index].look, look.isInRecovery else { return nil }
        return look.position.flatMap { history.lag(of: $0, at: now) } ?? look.replayAge
    }

    /// One failure may be an accident; questions go to the primary all the same, and it can show that it answers.
    private var primaryIsDown: Bool { primary.failures >= 2 }

    /// The primary decides: where it has another store, or an older version than it had, its store was replaced.
    private mutating func sawPrimary(_ state: StoreState, floor asked: Int64) {
        let version = state.dataVersion
        if state.storeID != storeID || version >= floor || version < asked { floor = version }
        storeID = state.storeID
    }

    private func isOfThisStore(_ state: StoreState) -> Bool { storeID.map { $0 == state.storeID } ?? true }

    private func isAble(_ index: Int, at now: ContinuousClock.Instant) -> Bool {
        let replica = replicas[index]
        guard replica.answers, replica.isFresh(Self.trustedAge, at: now), let look = replica.look, look.isInRecovery,
            let state = look.state, isOfThisStore(state)
        else { return false }
        return replica.dataVersion >= floor && (primary.look?.identity ?? look.identity) == look.identity
    }

    private func isBehind(_ one: Int, _ other: Int) -> Bool {
        let (one, other) = (replicas[one], replicas[other])
        return (one.dataVersion, one.look?.position ?? 0) < (other.dataVersion, other.look?.position ?? 0)
    }

    /// The one with the fewest questions; among equals they take turns.
    private mutating func leastBusy(_ indices: [Int]) -> Int? {
        guard let fewest = indices.map({ replicas[$0].questions }).min() else { return nil }
        let equals = indices.filter { replicas[$0].questions == fewest }
        turn = (turn + 1) % 1_000_000
        return equals[turn % equals.count]
    }

    private mutating func begin(_ server: Server, at now: ContinuousClock.Instant) -> Choice {
        self[server].questions += 1
        guard case .replica(let index) = server else { return Choice(server: server, lag: nil, floor: floor) }
        return Choice(server: server, lag: lag(of: index, at: now), floor: floor)
    }
}
