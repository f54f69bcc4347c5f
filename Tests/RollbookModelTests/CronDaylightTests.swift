import RollbookModel
import Testing

@Suite("A cron expression where clocks are changed")
struct CronDaylightTests {
    private func next(_ count: Int, of text: String, after start: String, in zone: String) throws -> [String] {
        let (expression, zone) = (try CronExpression(text), try #require(Zone(identifier: zone)))
        var found: [String] = []
        var last = try #require(Instant(parsing: start))
        for _ in 0..<count {
            last = try #require(expression.next(after: last, in: zone))
            found.append(last.description)
        }
        return found
    }

    @Test("Berlin, forward from 2:00 to 3:00: what is due at 2:30 runs at the end of the gap, once")
    func berlinSpring() throws {
        #expect(
            try next(3, of: "30 2 * * *", after: "2026-03-27T12:00:00Z", in: "Europe/Berlin")
                == ["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"])
        // All of an hour that is not there is one run.
        #expect(
            try next(2, of: "*/10 2 * * *", after: "2026-03-28T12:00:00Z", in: "Europe/Berlin")
                == ["2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"])
        // And so is what is due at its end anyway.
        #expect(
            try next(3, of: "0 2,3 * * *", after: "2026-03-28T12:00:00Z", in: "Europe/Berlin")
                == ["2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z", "2026-03-30T01:00:00Z"])
    }

    @Test("Berlin, back from 3:00 to 2:00: what is due at 2:30 runs the first time")
    func berlinAutumn() throws {
        #expect(
            try next(3, of: "30 2 * * *", after: "2026-10-24T12:00:00Z", in: "Europe/Berlin")
                == ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z", "2026-10-27T01:30:00Z"])
        // Asked between the two.
        #expect(
            try next(1, of: "30 2 * * *", after: "2026-10-25T00:45:00Z", in: "Europe/Berlin")
                == ["2026-10-26T01:30:00Z"])
        #expect(
            try next(1, of: "45 2 * * *", after: "2026-10-25T01:10:00Z", in: "Europe/Berlin")
                == ["2026-10-26T01:45:00Z"])
    }

    @Test("Berlin: what runs every hour or every quarter goes by the clock as it is")
    func berlinHourly() throws {
        #expect(
            try next(3, of: "30 * * * *", after: "2026-03-29T00:00:00Z", in: "Europe/Berlin")
                == ["2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z", "2026-03-29T02:30:00Z"])
        #expect(
            try next(4, of: "30 * * * *", after: "2026-10-24T23:00:00Z", in: "Europe/Berlin")
                == ["2026-10-24T23:30:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z"])
        #expect(
            try next(5, of: "*/15 * * * *", after: "2026-03-29T00:30:00Z", in: "Europe/Berlin")
                == [
                    "2026-03-29T00:45:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:15:00Z", "2026-03-29T01:30:00Z",
                    "2026-03-29T01:45:00Z",
                ])
        // Every second hour names its hours: each once.
        #expect(
            try next(4, of: "0 */2 * * *", after: "2026-10-24T21:00:00Z", in: "Europe/Berlin")
                == ["2026-10-24T22:00:00Z", "2026-10-25T00:00:00Z", "2026-10-25T03:00:00Z", "2026-10-25T05:00:00Z"])
    }

    @Test("São Paulo, forward from midnight to 1:00: the day begins at 1:00, and what is due at midnight runs then")
    func saoPaulo() throws {
        #expect(
            try next(3, of: "@daily", after: "2018-11-03T12:00:00Z", in: "America/Sao_Paulo")
                == ["2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z", "2018-11-06T02:00:00Z"])
        #expect(
            try next(2, of: "30 0 * * 0", after: "2018-11-03T12:00:00Z", in: "America/Sao_Paulo")
                == ["2018-11-04T03:00:00Z", "2018-11-11T02:30:00Z"])
        // Back from midnight to 23:00 of the day before, which has that hour twice.
        #expect(
            try next(3, of: "30 23 * * *", after: "2018-02-16T12:00:00Z", in: "America/Sao_Paulo")
                == ["2018-02-17T01:30:00Z", "2018-02-18T01:30:00Z", "2018-02-19T02:30:00Z"])
        #expect(
            try next(2, of: "@daily", after: "2018-02-17T12:00:00Z", in: "America/Sao_Paulo")
                == ["2018-02-18T03:00:00Z", "2018-02-19T03:00:00Z"])
    }

    @Test("Lord Howe, half an hour at 2:00")
    func lordHowe() throws {
        // Forward to 2:30 on 2026-10-04, 15:30 UTC of the day before.
        #expect(
            try next(3, of: "15 2 * * *", after: "2026-10-02T00:00:00Z", in: "Australia/Lord_Howe")
                == ["2026-10-02T15:45:00Z", "2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z"])
        // Back to 1:30 on 2026-04-05, 15:00 UTC of the day before.
        #expect(
            try next(3, of: "45 1 * * *", after: "2026-04-03T00:00:00Z", in: "Australia/Lord_Howe")
                == ["2026-04-03T14:45:00Z", "2026-04-04T14:45:00Z", "2026-04-05T15:15:00Z"])
        // Every hour at :45 the clock shows 1:45 twice.
        #expect(
            try next(3, of: "45 * * * *", after: "2026-04-04T14:00:00Z", in: "Australia/Lord_Howe")
                == ["2026-04-04T14:45:00Z", "2026-04-04T15:15:00Z", "2026-04-04T16:15:00Z"])
    }

    @Test("Apia left 2011-12-30 out, and so does a daily job")
    func apia() throws {
        #expect(
            try next(2, of: "0 2 * * *", after: "2011-12-29T13:00:00Z", in: "Pacific/Apia")
                == ["2011-12-30T12:00:00Z", "2011-12-31T12:00:00Z"])
    }

    @Test(
        "runs once on each local date, in every zone, for years",
        arguments: [
            "Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "America/St_Johns", "Africa/Casablanca",
            "Asia/Tehran", "Pacific/Chatham", "America/Havana", "Antarctica/Troll", "Asia/Beirut", "Africa/Cairo",
        ], ["0 0 * * *", "30 0 * * *", "30 1 * * *", "15 2 * * *", "0 3 * * *", "59 23 * * *"])
    func onceADay(_ name: String, _ text: String) throws {
        let (expression, zone) = (try CronExpression(text), try #require(Zone(identifier: name)))
        var last = try #require(Instant(parsing: "2008-01-15T12:00:00Z"))
        last = try #require(expression.next(after: last, in: zone))
        var date = zone.date(of: last)
        for _ in 0..<(365 * 4) {
            let next = try #require(expression.next(after: last, in: zone))
            #expect(next > last)
            let nextDate = zone.date(of: next)
            #expect(nextDate == date.adding(days: 1), "\(text) in \(name): \(last), then \(next)")
            if next.secondsSinceEpoch % 7 == 0 { #expect(expression.latest(until: next, in: zone) == next) }
            (last, date) = (next, nextDate)
        }
    }
}
