import RollbookModel
import Testing

@Suite struct InstantTests {
    @Test(arguments: [
        ("2014-03-01T12:00:00Z", "2014-03-01T12:00:00Z"), ("2014-03-01 12:00:00", "2014-03-01T12:00:00Z"),
        ("2014-03-01t12:00z", "2014-03-01T12:00:00Z"), ("2014-03-01T12:00", "2014-03-01T12:00:00Z"),
        ("2014-03-01T12:00:00+02:00", "2014-03-01T10:00:00Z"), ("2014-03-01T00:30:00+0545", "2014-02-28T18:45:00Z"),
        ("2014-12-31T23:30:00-03:30", "2015-01-01T03:00:00Z"), ("2014-03-01T12:00:00-05", "2014-03-01T17:00:00Z"),
        ("2014-03-01T12:00:00-00:00", "2014-03-01T12:00:00Z"), ("2014-03-01T12:00:00.5Z", "2014-03-01T12:00:00.5Z"),
        ("2014-03-01T12:00:00.120Z", "2014-03-01T12:00:00.12Z"),
        ("2014-03-01T12:00:00.123456Z", "2014-03-01T12:00:00.123456Z"),
        ("2014-03-01T12:00:00.1234569Z", "2014-03-01T12:00:00.123456Z"),
        ("2014-03-01T12:00:00.000000Z", "2014-03-01T12:00:00Z"),
        ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
        ("1900-01-01T00:00:00.000001", "1900-01-01T00:00:00.000001Z"),
        ("2014-03-01T12:00:00.\(String(repeating: "1", count: 10_000))Z", "2014-03-01T12:00:00.111111Z"),
    ])
    func readsISO8601(text: String, printed: String) {
        #expect(Instant(parsing: text)?.description == printed)
    }

    @Test(arguments: [
        "", "2014-03-01", "2014-03-01T", "2014-03-01T12", "2014-03-01T12:", "2014-03-01T12:0", "2014-03-01T24:00:00Z",
        "2014-03-01T12:60:00Z", "2014-03-01T12:00:60Z", "2014-02-30T12:00:00Z", "2014-03-01T12:00:00.Z",
        "2014-03-01T12:00:00.5.5Z", "2014-03-01T12:00:00ZZ", "2014-03-01T12:00:00 Z", "2014-03-01T12:00:00+",
        "2014-03-01T12:00:00+2", "2014-03-01T12:00:00+02:", "2014-03-01T12:00:00+02:0", "2014-03-01T12:00:00+02:60",
        "2014-03-01T12:00:00+19:00", "2014-03-01T12:00:00+02:00:00", "2014-03-01T12:00:00 Europe/Berlin",
        "2014-03-01_12:00:00", "2014-03-01T12.00.00", "2014-03-01T-1:00:00", "2014-03-01T12:00:00,5Z",
        " 2014-03-01T12:00",
        "2014-03-01T12:00:00Z\n", "2014-03-01T12:00:00Z\u{0}", "2014-03-01T１2:00:00Z", "1393675200", "now",
        "2014-03-01T12:00:00\u{301}Z",
    ])
    func refusesWhatIsNoInstant(text: String) {
        #expect(Instant(parsing: text) == nil)
    }

    @Test func whatIsPrintedIsReadBack() {
        var generator = SeededGenerator(seed: 1)
        let range =
            Instant.storable.lowerBound.microsecondsSinceEpoch..<Instant.storable.upperBound.microsecondsSinceEpoch
        for _ in 0..<5000 {
            let instant = Instant(microsecondsSinceEpoch: .random(in: range, using: &generator))
            #expect(Instant(parsing: instant.description) == instant)
            #expect(Instant(startOf: instant.utcDate) <= instant)
            #expect(instant < Instant(startOf: instant.utcDate.adding(days: 1)))
        }
    }

    @Test func anyBytesAreEitherReadOrRefused() {
        var generator = SeededGenerator(seed: 2)
        let alphabet = Array("0123456789-:.TZ+ ez\u{301}٣")
        for _ in 0..<5000 {
            var text = Array("2014-03-01T12:00:00.25+02:00")
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                text[Int.random(in: 0..<text.count, using: &generator)] =
                    alphabet.randomElement(using: &generator) ?? "0"
            }
            guard let instant = Instant(parsing: String(text)) else { continue }
            #expect(Instant(parsing: instant.description) == instant)
        }
    }

    @Test func secondsAreRoundedDown() {
        #expect(Instant(microsecondsSinceEpoch: -1).secondsSinceEpoch == -1)
        #expect(Instant(microsecondsSinceEpoch: -1).utcDate.description == "1969-12-31")
        #expect(Instant(microsecondsSinceEpoch: -1).description == "1969-12-31T23:59:59.999999Z")
        #expect(Instant(secondsSinceEpoch: 0).adding(days: 7).description == "1970-01-08T00:00:00Z")
    }
}
