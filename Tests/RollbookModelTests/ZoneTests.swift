import Foundation
import RollbookModel
import Testing

@Suite struct ZoneTests {
    static let zones = [
        "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Beirut", "Australia/Lord_Howe",
        "Africa/Casablanca", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu", "Pacific/Kwajalein",
    ]

    private func date(_ text: String) throws -> CalendarDate { try #require(CalendarDate(parsing: text)) }

    @Test(arguments: [
        ("Europe/Berlin", "2024-03-31", "2024-03-30T23:00:00Z"),
        ("Europe/Berlin", "2024-04-01", "2024-03-31T22:00:00Z"),
        ("America/New_York", "2024-11-03", "2024-11-03T04:00:00Z"),
        ("America/New_York", "2024-11-04", "2024-11-04T05:00:00Z"),
        // No midnight: the clock goes from 23:59 to 01:00.
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"),
        ("Asia/Beirut", "2022-03-27", "2022-03-26T22:00:00Z"),
        // Midnight twice: the first one counts.
        ("America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00Z"),
        ("America/Sao_Paulo", "2018-02-17", "2018-02-17T02:00:00Z"),
        // The clock is put back at 00:01, to 23:01 of the day before; the new day has begun for good.
        ("America/St_Johns", "2000-10-29", "2000-10-29T02:30:00Z"),
        ("America/St_Johns", "2000-10-30", "2000-10-30T03:30:00Z"),
        ("Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z"), ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"),
        ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"), ("Pacific/Apia", "2012-01-01", "2011-12-31T10:00:00Z"),
        ("Asia/Kathmandu", "2024-01-01", "2023-12-31T18:15:00Z"),
        ("Australia/Lord_Howe", "2024-01-01", "2023-12-31T13:00:00Z"),
        ("Australia/Lord_Howe", "2024-07-01", "2024-06-30T13:30:00Z"), ("UTC", "2024-07-01", "2024-07-01T00:00:00Z"),
    ])
    func aDayBeginsWhenTheClockFirstShowsIt(zone: String, day: String, start: String) throws {
        #expect(try #require(Zone(identifier: zone)).start(of: date(day)).description == start)
    }

    @Test func aRepeatedHourBelongsToTheDayThatHasBegun() throws {
        let zone = try #require(Zone(identifier: "America/St_Johns"))
        for (instant, day) in [
            ("2000-10-29T02:29:59Z", "2000-10-28"), ("2000-10-29T02:30:00Z", "2000-10-29"),
            ("2000-10-29T03:00:00Z", "2000-10-29"), ("2000-10-29T03:30:00Z", "2000-10-29"),
        ] {
            #expect(zone.date(of: try #require(Instant(parsing: instant))).description == day)
        }
    }

    @Test func aDateThatNeverWasHasNoInstants() throws {
        let zone = try #require(Zone(identifier: "Pacific/Apia"))
        let before = try #require(Instant(parsing: "2011-12-30T09:59:59.999999Z"))
        #expect(zone.date(of: before).description == "2011-12-29")
        #expect(zone.date(of: before.adding(microseconds: 1)).description == "2011-12-31")
    }

    /// Foundation tells what the clock shows: at the start of a day that day or a later one, a second before an earlier.
    @Test(arguments: zones) func everyDaySince1900BeginsAsTheClockSays(identifier: String) throws {
        let zone = try #require(Zone(identifier: identifier))
        let rules = try #require(TimeZone(identifier: identifier))
        var day = try date("1900-01-02")
        let last = try date("2060-01-01")
        var previous = zone.start(of: day.adding(days: -1))
        while day < last {
            let start = zone.start(of: day)
            let isRight =
                clockDay(start, rules) >= day && clockDay(start.adding(microseconds: -1_000_000), rules) < day
                && start >= previous
            if !isRight { Issue.record("\(identifier): \(day) does not begin at \(start)") }
            previous = start
            day = day.adding(days: 1)
        }
    }

    private func clockDay(_ instant: Instant, _ rules: TimeZone) -> CalendarDate {
        let offset = rules.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.secondsSinceEpoch)))
        return instant.adding(microseconds: Int64(offset) * 1_000_000).utcDate
    }

    /// Walks over every hour near a change of the clock.
    @Test(arguments: zones) func everyInstantBelongsToOneDateAndDatesNeverRunBack(identifier: String) throws {
        let zone = try #require(Zone(identifier: identifier))
        let rules = try #require(TimeZone(identifier: identifier))
        var moment = Date(timeIntervalSince1970: 0)
        while let change = rules.nextDaylightSavingTimeTransition(after: moment), change.timeIntervalSince1970 < 2e9 {
            moment = change
            let first = Instant(secondsSinceEpoch: Int64(change.timeIntervalSince1970))
            var previous = zone.date(of: first.adding(days: -2))
            for step in 0..<(4 * 144) {
                let instant = first.adding(days: -2).adding(microseconds: Int64(step) * 600_000_000)
                let date = zone.date(of: instant)
                let isRight =
                    date >= previous && date >= clockDay(instant, rules) && zone.start(of: date) <= instant
                    && instant < zone.start(of: date.adding(days: 1))
                if !isRight { Issue.record("\(identifier): \(instant) does not belong to \(date)") }
                previous = date
            }
        }
    }

    @Test(arguments: zones + ["UTC"]) func aWindowHoldsItsDatesAndNoOthers(identifier: String) throws {
        let zone = try #require(Zone(identifier: identifier))
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<40 {
            let days = Int.random(in: 1...20, using: &generator)
            let asOf = Instant(secondsSinceEpoch: .random(in: 0...1_900_000_000, using: &generator))
            let window = TimeWindow(days: days, asOf: asOf, zone: zone)
            var dates: Set<CalendarDate> = []
            var instant = window.from
            while instant < window.until {
                dates.insert(zone.date(of: instant))
                instant = instant.adding(microseconds: 900_000_000)
            }
            let expected = (0..<days).map { window.lastDate.adding(days: -$0) }
                .filter { zone.start(of: $0) < zone.start(of: $0.adding(days: 1)) }
            #expect(dates == Set(expected))
            #expect(window.from <= asOf && asOf < window.until)
            #expect(window.firstDate == window.lastDate.adding(days: 1 - days))
            #expect(zone.date(of: window.from.adding(microseconds: -1)) < zone.date(of: window.from))
        }
    }

    @Test func aWindowOverASkippedDateHasOneDateLess() throws {
        let zone = try #require(Zone(identifier: "Pacific/Apia"))
        let window = TimeWindow(days: 3, asOf: try #require(Instant(parsing: "2011-12-31T00:00:00Z")), zone: zone)
        #expect(window.lastDate.description == "2011-12-31")
        #expect(window.until.microsecondsSinceEpoch - window.from.microsecondsSinceEpoch == 2 * 86_400_000_000)
    }

    @Test func aWindowOverAllTimeBeginsWithWhatCanBeStored() throws {
        let asOf = try #require(Instant(parsing: "2024-06-15T12:00:00Z"))
        let window = TimeWindow(days: nil, asOf: asOf, zone: .utc)
        #expect(window.firstDate == nil)
        #expect(window.from == Instant.storable.lowerBound)
        #expect(window.until.description == "2024-06-16T00:00:00Z")
    }

    @Test(arguments: [
        "", "CET", "EST", "+02:00", "GMT+2", "UTC+2", "Europe/Atlantis", "europe/berlin", "Europe/", "/",
        "../Europe/Berlin",
        "Europe/../Europe/Berlin", "/etc/passwd", "Europe/Berlin ", "Europe/Berlin\n", "Europe/Berlin\u{0}",
        "Europe/Berlin\u{0}x",
    ])
    func refusesWhatIsNoZone(identifier: String) {
        #expect(Zone(identifier: identifier) == nil)
    }

    @Test(arguments: ["UTC", "utc", "GMT", "Z", "Etc/UTC"]) func universalTimeHasSeveralNames(identifier: String) {
        #expect(Zone(identifier: identifier) == .utc)
    }
}
