import RollbookModel
import RollbookStore
import Testing

@testable import RollbookPostgreSQL

@Suite("Who answers a question")
struct RoutingTests {
    private let now = ContinuousClock.now

    private func state(_ version: Int64) -> StoreState {
        StoreState(dataVersion: version, dataAsOf: nil, zone: .utc)
    }

    private func look(
        _ version: Int64?, position: Int64? = 100, inRecovery: Bool = true, replayAge: Duration? = nil,
        identity: String = "1/1"
    ) -> ServerLook {
        ServerLook(
            isInRecovery: inRecovery, position: position, replayAge: replayAge, identity: identity,
            state: version.map(state))
    }

    /// A primary of version 5 at position 100, and replicas as they say they are.
    private func routing(_ replicas: [ServerLook], at time: ContinuousClock.Instant? = nil) -> Router {
        let routing = Router(replicas: replicas.count)
        routing.saw(look(5, inRecovery: false), of: .primary, floor: routing.floor, at: time ?? now)
        for (index, look) in replicas.enumerated() {
            routing.saw(look, of: .replica(index), floor: routing.floor, at: time ?? now)
        }
        return routing
    }

    private func proof(_ version: Int64, inRecovery: Bool = true) -> SnapshotProof {
        SnapshotProof(state: state(version), isInRecovery: inRecovery)
    }

    @Test("a replica that has what the primary has")
    func replica() {
        let routing = routing([look(5)])
        #expect(routing.choose(at: now) == Routing.Choice(server: .replica(0), lag: .zero, floor: 5))
    }

    @Test(
        "the primary, where the replica",
        arguments: [
            ("has an older version", 4, 100, true, "1/1"), ("was promoted", 5, 100, false, "1/1"),
            ("has no store", nil, 100, true, "1/1"), ("is another database's", 6, 100, true, "2/1"),
            ("has replayed nothing that is known", 5, 90, true, "1/1"),
        ] as [(String, Int64?, Int64, Bool, String)])
    func primary(_ what: String, _ version: Int64?, _ position: Int64, _ inRecovery: Bool, _ identity: String) {
        let routing = routing([look(version, position: position, inRecovery: inRecovery, identity: identity)])
        #expect(routing.choose(at: now)?.server == .primary)
    }

    @Test("the primary, where nobody has looked yet, or not for a while")
    func unseen() {
        let unseen = Router(replicas: 2)
        #expect(unseen.choose(at: now)?.server == .primary)
        let old = routing([look(5)], at: now - .seconds(6))
        #expect(old.choose(at: now)?.server == .primary)
    }

    @Test("the primary, once the replica lags more than it may, and the replica again when it has caught up")
    func lag() {
        let routing = routing([look(5)])
        for second in 1...40 {
            let time = now + .seconds(second)
            routing.saw(
                look(5, position: 100 + Int64(second), inRecovery: false), of: .primary, floor: routing.floor, at: time)
            routing.saw(look(5), of: .replica(0), floor: routing.floor, at: time)
            #expect(routing.choose(at: time)?.server == (second <= 30 ? .replica(0) : .primary), "after \(second) s")
        }
        routing.saw(look(5, position: 140), of: .replica(0), floor: routing.floor, at: now + .seconds(40))
        #expect(routing.choose(at: now + .seconds(40))?.server == .replica(0))
    }

    @Test("by its own clock, where nothing older is known of the primary")
    func replayAge() {
        let near = routing([look(5, position: 90, replayAge: .seconds(29))])
        #expect(near.choose(at: now)?.lag == .seconds(29))
        let far = routing([look(5, position: 90, replayAge: .seconds(31))])
        #expect(far.choose(at: now)?.server == .primary)
    }

    @Test("the one with the fewest questions, and each in turn where they have as many")
    func share() throws {
        let routing = routing([look(5), look(5), look(5)])
        let first = try (0..<3).map { _ in try #require(routing.choose(at: now)) }
        #expect(Set(first.map(\.server)) == [.replica(0), .replica(1), .replica(2)])
        routing.ended(first[1])
        #expect(routing.choose(at: now)?.server == first[1].server)
        for choice in first { routing.ended(choice) }
        let idle = (0..<9).compactMap { _ in
            let choice = routing.choose(at: now)
            if let choice { routing.ended(choice) }
            return choice?.server
        }
        #expect(Set(idle).count == 3)
    }

    @Test("nobody who has not replayed a commit of this process, until it has")
    func commit() {
        let routing = routing([look(5)])
        routing.committed(6, floor: 5)
        #expect(routing.choose(at: now)?.server == .primary)
        routing.saw(look(6), of: .replica(0), floor: 6, at: now)
        #expect(routing.choose(at: now)?.server == .replica(0))
    }

    @Test("an answer that is older than what was seen before is thrown away, a newer one sets the mark for all")
    func proofs() throws {
        let routing = routing([look(5), look(5)])
        let one = try #require(routing.choose(at: now))
        #expect(!routing.accepts(proof(4), for: one))
        let other = try #require(routing.choose(at: now))
        #expect(other.server != one.server)
        #expect(routing.accepts(proof(7), for: other))
        #expect(routing.floor == 7)
        // What was asked before may be older than what others have seen meanwhile.
        #expect(routing.accepts(proof(6, inRecovery: false), for: Routing.Choice(server: .primary, lag: nil, floor: 5)))
        #expect(routing.floor == 7)
    }

    @Test("an answer of a promoted replica is thrown away, and it is asked no more")
    func promoted() throws {
        let routing = routing([look(5)])
        let choice = try #require(routing.choose(at: now))
        #expect(!routing.accepts(proof(9, inRecovery: false), for: choice))
        #expect(routing.floor == 5)
        #expect(routing.choose(at: now)?.server == .primary)
        routing.saw(look(9, inRecovery: false), of: .replica(0), floor: 5, at: now)
        #expect(routing.choose(at: now)?.server == .primary)
        #expect(routing.floor == 5)
    }

    @Test("what a replica could not answer, the primary is asked, and then the others")
    func retries() {
        let routing = routing([look(5), look(5)])
        #expect(routing.choose(tried: [.replica(0)], at: now)?.server == .primary)
        #expect(routing.choose(tried: [.replica(0), .primary], at: now)?.server == .replica(1))
        #expect(routing.choose(tried: [.replica(0), .replica(1), .primary], at: now) == nil)
    }

    @Test("a replica that failed is left alone until somebody has looked again")
    func failed() {
        let routing = routing([look(5)])
        routing.failed(.replica(0))
        #expect(routing.choose(at: now)?.server == .primary)
        routing.saw(look(5), of: .replica(0), floor: 5, at: now)
        #expect(routing.choose(at: now)?.server == .replica(0))
    }

    @Test("while the primary is down, the newest replica that is not older than what was seen, late or not")
    func primaryDown() {
        let late = look(5, position: 90, replayAge: .seconds(3600))
        let routing = routing([late, look(5, position: 95, replayAge: .seconds(60)), look(4, position: 99)])
        routing.failed(.primary)
        #expect(routing.choose(at: now)?.server == .primary)
        routing.failed(.primary)
        #expect(routing.choose(at: now)?.server == .replica(1))
        #expect(routing.choose(tried: [.replica(1)], at: now)?.server == .replica(0))
        #expect(routing.choose(tried: [.replica(0), .replica(1)], at: now)?.server == .primary)
        routing.saw(look(5, inRecovery: false), of: .primary, floor: 5, at: now)
        #expect(routing.choose(at: now)?.server == .primary)
    }

    @Test("a primary that is older than it was decides what counts as new")
    func storeReplaced() {
        let routing = routing([look(5)])
        routing.saw(look(2, inRecovery: false), of: .primary, floor: 5, at: now)
        #expect(routing.floor == 2)
        // But what it said before others have seen more says nothing.
        routing.committed(3, floor: 2)
        routing.saw(look(2, inRecovery: false), of: .primary, floor: 2, at: now)
        #expect(routing.floor == 3)
    }

    @Test("a replica that still has the store that was there before is asked only when it has the new one")
    func storeMadeAnew() throws {
        let routing = routing([look(5)])
        let choice = try #require(routing.choose(at: now))
        let remade = StoreState(dataVersion: 0, dataAsOf: nil, zone: .utc, storeID: "new")
        var look = look(0, inRecovery: false)
        look.state = remade
        routing.saw(look, of: .primary, floor: 5, at: now)
        #expect(routing.floor == 0)
        #expect(routing.choose(at: now)?.server == .primary)
        #expect(!routing.accepts(proof(5), for: Routing.Choice(server: choice.server, lag: nil, floor: 0)))
        look.isInRecovery = true
        routing.saw(look, of: .replica(0), floor: 0, at: now)
        #expect(routing.choose(at: now)?.server == .replica(0))
    }
}

/// A routing whose changes an expectation may make.
private final class Router {
    private var routing: Routing
    var floor: Int64 { routing.floor }

    init(replicas: Int) { routing = Routing(replicas: replicas, maximumLag: .seconds(30)) }

    func saw(_ look: ServerLook, of server: Server, floor: Int64, at time: ContinuousClock.Instant) {
        routing.saw(look, of: server, floor: floor, at: time)
    }

    func choose(tried: Set<Server> = [], at time: ContinuousClock.Instant) -> Routing.Choice? {
        routing.choose(tried: tried, at: time)
    }

    func accepts(_ proof: SnapshotProof, for choice: Routing.Choice) -> Bool { routing.accepts(proof, for: choice) }
    func ended(_ choice: Routing.Choice) { routing.ended(choice) }
    func failed(_ server: Server) { routing.failed(server) }
    func committed(_ version: Int64, floor: Int64) {
        routing.committed(StoreState(dataVersion: version, dataAsOf: nil, zone: .utc), floor: floor)
    }
}
