import RollbookModel
import Testing

@Suite("A cron expression")
struct CronExpressionTests {
    private func instant(_ text: String) throws -> Instant { try #require(Instant(parsing: text)) }
    private func zone(_ name: String) throws -> Zone { try #require(Zone(identifier: name)) }

    /// The next instants after one.
    private func next(
        _ count: Int, of text: String, after start: String, in zone: String = "UTC"
    ) throws -> [String] {
        let (expression, zone) = (try CronExpression(text), try self.zone(zone))
        var found: [String] = []
        var last = try instant(start)
        for _ in 0..<count {
            last = try #require(expression.next(after: last, in: zone))
            found.append(last.description)
        }
        return found
    }

    @Test(
        "falls due when its fields say so",
        arguments: [
            ("* * * * *", "2026-11-23T20:00:59Z", "2026-11-23T20:01:00Z"),
            ("* * * * *", "2026-11-23T20:01:00Z", "2026-11-23T20:02:00Z"),
            ("0 2 * * *", "2026-11-23T01:59:59.999999Z", "2026-11-23T02:00:00Z"),
            ("0 2 * * *", "2026-11-23T02:00:00Z", "2026-11-24T02:00:00Z"),
            ("*/15 * * * *", "2026-11-23T20:46:00Z", "2026-11-23T21:00:00Z"),
            ("5-20/7 6,18 * * *", "2026-11-23T06:12:30Z", "2026-11-23T06:19:00Z"),
            ("5-20/7 6,18 * * *", "2026-11-23T06:19:00Z", "2026-11-23T18:05:00Z"),
            ("0 0 1 jan *", "2026-11-23T00:00:00Z", "2027-01-01T00:00:00Z"),
            ("0 0 * * MON", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"),
            ("0 0 * * 7", "2026-11-23T00:00:00Z", "2026-11-29T00:00:00Z"),
            ("0 0 * * fri-sun", "2026-11-23T00:00:00Z", "2026-11-27T00:00:00Z"),
            ("0 0 31 * *", "2026-11-23T00:00:00Z", "2026-12-31T00:00:00Z"),
            ("0 0 29 2 *", "2026-11-23T00:00:00Z", "2028-02-29T00:00:00Z"),
            ("0 0 29 2 *", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z"),
            ("59 23 31 12 *", "2026-12-31T23:59:00Z", "2027-12-31T23:59:00Z"),
            ("@daily", "2026-11-23T20:00:00Z", "2026-11-24T00:00:00Z"),
            ("@Hourly", "2026-11-23T20:00:00Z", "2026-11-23T21:00:00Z"),
            ("@weekly", "2026-11-23T20:00:00Z", "2026-11-29T00:00:00Z"),
            ("@monthly", "2026-11-23T20:00:00Z", "2026-12-01T00:00:00Z"),
            ("@yearly", "2026-11-23T20:00:00Z", "2027-01-01T00:00:00Z"),
            (" 0\t2  * * * ", "2026-11-23T20:00:00Z", "2026-11-24T02:00:00Z"),
        ])
    func due(_ text: String, after: String, expected: String) throws {
        #expect(try next(1, of: text, after: after) == [expected])
    }

    @Test("takes either day where both are restricted, and both where one begins with a star")
    func days() throws {
        // 2026-11-23 is a Monday.
        #expect(
            try next(3, of: "0 0 25 * 5", after: "2026-11-23T00:00:00Z")
                == ["2026-11-25T00:00:00Z", "2026-11-27T00:00:00Z", "2026-12-04T00:00:00Z"])
        #expect(try next(1, of: "0 0 */2 * 2", after: "2026-11-23T00:00:00Z") == ["2026-12-01T00:00:00Z"])
        #expect(try next(1, of: "0 0 29 2 */7", after: "2026-11-23T00:00:00Z") == ["2032-02-29T00:00:00Z"])
    }

    @Test(
        "names the field that it does not understand, and what that takes",
        arguments: [
            ("60 * * * *", "minute"), ("-1 * * * *", "minute"), ("5/10 * * * *", "minute"), ("*/0 * * * *", "minute"),
            ("*/61 * * * *", "minute"), ("1,,2 * * * *", "minute"), (", * * * *", "minute"), ("+5 * * * *", "minute"),
            ("٣ * * * *", "minute"), ("1-2-3 * * * *", "minute"), ("99999999999999999999 * * * *", "minute"),
            ("0 24 * * *", "hour"), ("0 22-2 * * *", "hour"), ("0 1.5 * * *", "hour"),
            ("0 0 0 * *", "day of the month"),
            ("0 0 32 * *", "day of the month"), ("0 0 L * *", "day of the month"), ("0 0 ? * *", "day of the month"),
            ("0 0 * 13 *", "month"), ("0 0 * mai *", "month"), ("0 0 * * 8", "day of the week"),
            ("0 0 * * 5#2", "day of the week"), ("0 0 * * mon-", "day of the week"),
            ("0 0 * * sonntag", "day of the week"),
        ])
    func refuses(_ text: String, field: String) throws {
        let error = #expect(throws: RollbookError.self) { try CronExpression(text) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.hasPrefix("the \(field) of a schedule takes *") == true, "\(error?.message ?? "")")
    }

    @Test(
        "refuses what is no expression",
        arguments: [
            "", "   ", "* * * *", "0 0 0 * * *", "@reboot", "@daily 5", "off", "* * * * *\n",
            String(repeating: "*", count: 2000),
            "0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 31 feb *",
        ])
    func refusesAll(_ text: String) {
        let error = #expect(throws: RollbookError.self) { try CronExpression(text) }
        #expect(error?.code == .invalidArgument)
    }

    @Test("says that it never falls due")
    func never() {
        let error = #expect(throws: RollbookError.self) { try CronExpression("0 0 30 2 *") }
        #expect(error?.message.contains("never falls due") == true)
    }

    @Test("prints itself as it was written")
    func printed() throws {
        #expect(try CronExpression(" 0  2 * *\tMON ").description == "0 2 * * MON")
        #expect(try CronExpression("@daily").description == "@daily")
    }

    @Test("has no next instant beyond the years that are known, and none before them fails")
    func ends() throws {
        let daily = try CronExpression("@daily")
        #expect(daily.next(after: Instant(microsecondsSinceEpoch: .max), in: .utc) == nil)
        #expect(daily.next(after: Instant(microsecondsSinceEpoch: .min), in: .utc) != nil)
        #expect(daily.next(after: try instant("2199-12-31T12:00:00Z"), in: .utc) == nil)
    }

    @Test(
        "knows when it fell due last",
        arguments: [
            ("0 2 * * *", "2026-11-23T02:00:00Z", "2026-11-23T02:00:00Z"),
            ("0 2 * * *", "2026-11-23T01:59:59Z", "2026-11-22T02:00:00Z"),
            ("* * * * *", "2026-11-23T01:59:59Z", "2026-11-23T01:59:00Z"),
            ("0 0 29 2 *", "2026-11-23T01:59:59Z", "2024-02-29T00:00:00Z"),
            ("0 0 1 1 *", "2026-11-23T01:59:59Z", "2026-01-01T00:00:00Z"),
        ])
    func latest(_ text: String, until: String, expected: String) throws {
        #expect(try CronExpression(text).latest(until: instant(until), in: .utc) == instant(expected))
    }
}
