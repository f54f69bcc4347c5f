import RollbookModel
import Testing

@testable import Rollbook
@testable import RollbookStore

/// A clock that a test sets, leases that a test writes, and what the schedule makes of them.
private struct Timeline {
    var state: ScheduleState
    var leases: [String: JobLease] = [:]
    private(set) var claimed: [(at: Instant, due: Instant, cause: JobRun.Cause)] = []

    init(_ schedule: String = "0 2 * * *", zone: Zone = .utc) throws {
        var settings = Dictionary(
            uniqueKeysWithValues: Job.allCases.map {
                ($0, JobSettings(schedule: nil, tries: 1, timeLimit: .seconds(60)))
            })
        settings[.refresh] = JobSettings(
            schedule: try CronExpression(schedule), tries: 3, timeLimit: .seconds(3600))
        state = ScheduleState(JobsConfiguration(zone: zone, settings: settings))
    }

    /// Looks at a time, and does what is to be done, each run at once.
    mutating func look(_ text: String) throws -> [ScheduleState.Action] {
        let now = try #require(Instant(parsing: text))
        return look(now)
    }

    @discardableResult mutating func look(_ now: Instant) -> [ScheduleState.Action] {
        let actions = state.actions(leases: leases, storeNow: now, now: now)
        for action in actions {
            switch action {
            case .watch(let job, let instant): setLease(job, lastDueAt: instant)
            case .claim(let job, let due, let cause):
                claimed.append((now, due, cause))
                setLease(job, lastDueAt: due)
            case .recover: break
            }
        }
        return actions
    }

    mutating func setLease(_ job: Job, lastDueAt: Instant?, runID: String? = nil, expiresAt: Instant? = nil) {
        leases[job.rawValue] = JobLease(
            job: job.rawValue, holder: nil, runID: runID, expiresAt: expiresAt, lastDueAt: lastDueAt,
            isToBeCancelled: false)
    }
}

@Suite("The schedule")
struct ScheduleStateTests {
    private func instant(_ text: String) throws -> Instant { try #require(Instant(parsing: text)) }

    @Test("begins a job at its time, once")
    func onTime() throws {
        var line = try Timeline()
        #expect(try line.look("2026-11-23T12:00:00Z") == [.watch(.refresh, from: instant("2026-11-23T12:00:00Z"))])
        #expect(try line.look("2026-11-23T12:00:10Z").isEmpty)
        #expect(try line.look("2026-11-24T01:59:59Z").isEmpty)
        let due = try instant("2026-11-24T02:00:00Z")
        #expect(try line.look("2026-11-24T02:00:00Z") == [.claim(.refresh, dueAt: due, cause: .schedule)])
        #expect(try line.look("2026-11-24T02:00:10Z").isEmpty)
        #expect(try line.look("2026-11-24T23:00:00Z").isEmpty)
    }

    @Test("makes up what was missed, once, however much it was")
    func missed() throws {
        var line = try Timeline()
        line.setLease(.refresh, lastDueAt: try instant("2026-11-20T02:00:00Z"))
        let due = try instant("2026-11-23T02:00:00Z")
        #expect(try line.look("2026-11-23T09:00:00Z") == [.claim(.refresh, dueAt: due, cause: .madeUp)])
        #expect(try line.look("2026-11-23T09:00:10Z").isEmpty)
        #expect(try line.look("2026-11-24T02:00:03Z").count == 1)
    }

    @Test("does not make up what was due before anybody watched")
    func firstStart() throws {
        var line = try Timeline()
        #expect(try line.look("2026-11-23T02:00:30Z") == [.watch(.refresh, from: instant("2026-11-23T02:00:30Z"))])
        #expect(try line.look("2026-11-23T02:01:00Z").isEmpty)
    }

    @Test("runs neither zero nor two times on the days when clocks are changed")
    func daylight() throws {
        let berlin = try #require(Zone(identifier: "Europe/Berlin"))
        for (day, offset) in [("2026-03-28", 3), ("2026-10-24", 3)] {
            var line = try Timeline("30 2 * * *", zone: berlin)
            var now = try instant(day + "T12:00:00Z")
            for _ in 0..<(offset * 24 * 60) {
                line.look(now)
                now = now.adding(.seconds(60))
            }
            #expect(line.claimed.count == offset)
            #expect(Set(line.claimed.map { berlin.date(of: $0.due) }).count == offset)
        }
    }

    @Test("a clock that jumps forward makes one run, and going back afterwards does not stop the schedule")
    func jumpForward() throws {
        var line = try Timeline("*/5 * * * *")
        line.look(try instant("2026-11-23T12:00:00Z"))
        line.look(try instant("2026-11-23T12:05:00Z"))
        #expect(line.claimed.count == 1)
        // A year ahead: 105,120 due times lie between.
        line.look(try instant("2027-11-23T12:01:00Z"))
        line.look(try instant("2027-11-23T12:01:10Z"))
        #expect(line.claimed.count == 2)
        // And back: the lease says a year ahead.
        #expect(try line.look("2026-11-23T12:06:00Z") == [.watch(.refresh, from: instant("2026-11-23T12:06:00Z"))])
        line.look(try instant("2026-11-23T12:09:50Z"))
        #expect(line.claimed.count == 2)
        line.look(try instant("2026-11-23T12:10:00Z"))
        #expect(line.claimed.count == 3)
    }

    @Test("a clock that is put back a little does not run a job twice for one due time")
    func jumpBack() throws {
        var line = try Timeline()
        line.setLease(.refresh, lastDueAt: try instant("2026-11-22T02:00:00Z"))
        #expect(try line.look("2026-11-23T02:00:01Z").count == 1)
        for minute in 10..<60 { #expect(try line.look("2026-11-23T01:\(minute):00Z").isEmpty) }
        #expect(try line.look("2026-11-23T02:00:01Z").isEmpty)
        #expect(try line.look("2026-11-24T02:00:00Z").count == 1)
    }

    @Test("a clock that wanders wildly neither floods nor starves")
    func wandering() throws {
        var line = try Timeline("0 * * * *")
        var generator = SystemRandomNumberGenerator()
        let start = try instant("2026-11-23T12:30:00Z")
        line.look(start)
        // What has run by an instant has run for all before it: only a clock that goes forward past a due time begins one.
        var (newest, mostClaims) = (start, 0)
        for _ in 0..<2000 {
            let now = start.adding(.seconds(Int64.random(in: -1_000_000...1_000_000, using: &generator)))
            if now > newest { mostClaims += 1 }
            newest = now
            line.look(now)
            line.look(now)
        }
        #expect(line.claimed.count <= mostClaims)
        #expect(line.claimed.allSatisfy { $0.due <= $0.at && $0.at < $0.due.adding(.seconds(3600)) })
        // When the clock has come to rest, it runs every hour again.
        let before = line.claimed.count
        var now = start
        for _ in 0..<(24 * 60) {
            now = now.adding(.seconds(60))
            line.look(now)
        }
        #expect((23...25).contains(line.claimed.count - before))
    }

    @Test("leaves alone what another process holds, and recovers what nobody holds any more")
    func held() throws {
        var line = try Timeline()
        let now = try instant("2026-11-23T02:00:00Z")
        line.setLease(.refresh, lastDueAt: now.adding(days: -1), runID: "r", expiresAt: now.adding(.seconds(30)))
        #expect(line.look(now).isEmpty)
        #expect(line.look(now.adding(.seconds(29))).isEmpty)
        #expect(line.look(now.adding(.seconds(30))) == [.recover(.refresh)])
        // An expiry years ahead is no lease.
        line.setLease(.refresh, lastDueAt: now.adding(days: -1), runID: "r", expiresAt: now.adding(days: 400))
        #expect(line.look(now) == [.recover(.refresh)])
    }

    @Test("begins nothing that runs here, and nothing where it is off")
    func quiet() throws {
        var line = try Timeline()
        line.setLease(.refresh, lastDueAt: try instant("2026-11-20T02:00:00Z"))
        line.state.began(.refresh)
        #expect(try line.look("2026-11-23T09:00:00Z").isEmpty)
        line.state.ended(.refresh)
        var configuration = line.state.configuration
        configuration.isOn = false
        line.state.reload(configuration, at: try instant("2026-11-23T09:00:00Z"))
        #expect(try line.look("2026-11-23T09:00:00Z").isEmpty)
        configuration.isOn = true
        line.state.reload(configuration, at: try instant("2026-11-23T09:00:00Z"))
        #expect(try line.look("2026-11-23T09:00:00Z").count == 1)
    }

    @Test("a changed schedule counts from then on: what it would have had due before is not made up")
    func reload() throws {
        var line = try Timeline()
        line.setLease(.refresh, lastDueAt: try instant("2026-11-23T02:00:00Z"))
        var configuration = line.state.configuration
        configuration.settings[.refresh]?.schedule = try CronExpression("0 14 * * *")
        line.state.reload(configuration, at: try instant("2026-11-23T15:00:00Z"))
        // Before it is written down, and where it never can be, nothing is late either.
        #expect(line.state.missed(.refresh, line.leases["refresh"], at: try instant("2026-11-23T15:00:05Z")) == nil)
        let changedAt = try instant("2026-11-23T15:00:00Z")
        #expect(try line.look("2026-11-23T15:00:10Z") == [.watch(.refresh, from: changedAt)])
        // Whoever starts anew finds it in the store.
        line.state = ScheduleState(configuration)
        #expect(try line.look("2026-11-23T15:00:20Z").isEmpty)
        #expect(line.state.missed(.refresh, line.leases["refresh"], at: try instant("2026-11-23T18:00:00Z")) == nil)
        #expect(try line.look("2026-11-24T02:00:00Z").isEmpty)
        #expect(try line.look("2026-11-24T14:00:00Z").count == 1)
    }

    @Test("the next look is at the next due time, or after a patrol")
    func pause() throws {
        let line = try Timeline()
        #expect(line.state.pause(at: try instant("2026-11-23T01:59:58Z")) == .seconds(2))
        #expect(line.state.pause(at: try instant("2026-11-23T12:00:00Z")) == .seconds(10))
        #expect(line.state.pause(at: try instant("2026-11-23T01:59:59.9999Z")) == .milliseconds(1))
    }

    @Test("a job that has not begun so long after its time is late")
    func late() throws {
        var line = try Timeline()
        line.setLease(.refresh, lastDueAt: try instant("2026-11-22T02:00:00Z"))
        let lease = line.leases["refresh"]
        var state = line.state
        let missed = { state.missed(.refresh, lease, at: try self.instant($0)) }
        #expect(try missed("2026-11-23T02:14:59Z") == nil)
        #expect(try missed("2026-11-23T02:15:00Z") == instant("2026-11-23T02:00:00Z"))
        #expect(state.missed(.refresh, nil, at: try instant("2026-11-23T02:15:00Z")) == nil)
        // Where this process runs none, nobody counts on it.
        var configuration = state.configuration
        configuration.isOn = false
        state.reload(configuration, at: try instant("2026-11-23T02:00:00Z"))
        #expect(try missed("2026-11-23T02:15:00Z") == nil)
    }

    @Test("goes by the store's clock, however wrong this machine's is, and on between two looks")
    func storeClock() throws {
        let clock = ScheduleClock(nil)
        let storeNow = try instant("2020-01-01T00:00:00Z")
        #expect(clock.now > storeNow.adding(days: 1))
        #expect(clock.saw(storeNow) == storeNow)
        #expect(clock.now >= storeNow && clock.now < storeNow.adding(days: 1))
        let fixed = ScheduleClock { storeNow }
        #expect(fixed.saw(.now) == storeNow && fixed.now == storeNow)
    }

    @Test("two processes run a job of every minute once a minute between them")
    func twoProcesses() throws {
        var line = try Timeline("* * * * *")
        var now = try instant("2026-11-23T12:00:30Z")
        line.look(now)
        var (one, other) = (line.state, line.state)
        for _ in 0..<60 {
            now = now.adding(.seconds(10))
            // Each looks by the store's clock, one a little later than the other.
            line.state = one
            line.look(now)
            (one, line.state) = (line.state, other)
            line.look(now.adding(.seconds(5)))
            other = line.state
        }
        #expect(line.claimed.count == 10)
        #expect(Set(line.claimed.map(\.due)).count == 10)
    }
}
