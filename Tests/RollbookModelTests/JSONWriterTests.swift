import Foundation
import RollbookModel
import Testing

@Suite struct JSONWriterTests {
    private func json(_ value: Value) -> String {
        var writer = JSONWriter()
        writer.value(value)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test(arguments: [
        (Value.null, "null"), (.integer(.min), "-9223372036854775808"), (.double(2), "2"), (.double(0.1), "0.1"),
        (.double(-0.5), "-0.5"), (.double(1e300), "1e+300"), (.double(.nan), "null"), (.double(.infinity), "null"),
        (.decimal(FixedDecimal(units: 8550, scale: 2)), "85.5"),
        (.decimal(FixedDecimal(units: 10_000, scale: 2)), "100"),
        (.boolean(true), "true"), (.boolean(false), "false"), (.text(""), "\"\""),
        (.date(CalendarDate(daysSinceEpoch: 0)), "\"1970-01-01\""),
        (.instant(Instant(microsecondsSinceEpoch: 1_500_000)), "\"1970-01-01T00:00:01.5Z\""),
    ])
    func writesEachKindOfValue(value: Value, text: String) {
        #expect(json(value) == text)
    }

    @Test func escapesWhatJSONDemandsAndNothingElse() {
        #expect(json(.text("a\"b\\c/d")) == #""a\"b\\c/d""#)
        #expect(json(.text("\n\r\t\u{0}\u{1F}\u{7F}")) == "\"\\n\\r\\t\\u0000\\u001f\u{7F}\"")
        #expect(json(.text("é\u{2028}🎓")) == "\"é\u{2028}🎓\"")
    }

    /// Another reader of JSON gives back what was written.
    @Test func hostileTextsComeBackAsTheyWere() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<500 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...20, using: &generator) {
                let isLow = Bool.random(using: &generator)
                let range: ClosedRange<UInt32> = isLow ? 0...0x7F : 0...0x10FFFF
                if let scalar = Unicode.Scalar(.random(in: range, using: &generator)) { text.append(scalar) }
            }
            let written = String(text)
            var writer = JSONWriter()
            writer.object { $0.member(written, .text(written)) }
            let read = try #require(try JSONSerialization.jsonObject(with: Data(writer.bytes)) as? [String: String])
            #expect(read.first.map { Array($0.key.unicodeScalars) } == Array(text))
            #expect(read.first.map { Array($0.value.unicodeScalars) } == Array(text))
        }
    }

    @Test func numbersComeBackAsTheyWere() throws {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<1000 {
            let number = Double(bitPattern: generator.next())
            guard number.isFinite else { continue }
            #expect(Double(json(.double(number))) == number)
        }
    }

    @Test func nestsWithCommasWhereTheyBelong() {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("empty")
            writer.array { _ in }
            writer.key("rows")
            writer.array { writer in
                writer.object { $0.member("a", .integer(1)) }
                writer.object { _ in }
                writer.string("x")
                writer.raw("[1,2]")
            }
            writer.member("last", .null)
        }
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #"{"empty":[],"rows":[{"a":1},{},"x",[1,2]],"last":null}"#)
    }

    @Test func anAnswerIsItsEnvelope() throws {
        let provenance = Provenance(
            report: "student-progress", parameters: [NamedValue("student", .integer(5)), NamedValue("days", .null)],
            policy: Policy(), asOf: Instant(secondsSinceEpoch: 0), dataState: DataState(version: 3), dataAsOf: nil,
            generatedAt: Instant(secondsSinceEpoch: 1), servedBy: "duckdb", executionTimeMilliseconds: 1.23456)
        let columns = [
            ColumnDefinition("period", .date, "the period"),
            ColumnDefinition("avg_grade", .decimal, nullable: true, "the mean"),
        ]
        let answer = Answer(
            provenance: provenance,
            table: AnswerTable(columns: columns, rows: [[.date(CalendarDate(daysSinceEpoch: 0)), .null]]),
            totalCount: 2, limit: 1, offset: 0, summary: [NamedValue("pearson_r", .null)])
        #expect(answer.isCut)
        #expect(
            String(decoding: answer.json(), as: UTF8.self)
                == #"{"report":"student-progress","parameters":{"student":5,"days":null},"policy":{"pass_mark":70,"#
                + #""excellent_mark":90,"overdue_after_days":7,"recent_days":7,"time_zone":"UTC","#
                + #""late_counts_as_present":true},"as_of":"1970-01-01T00:00:00Z","data_version":3,"data_as_of":null,"#
                + #""generated_at":"1970-01-01T00:00:01Z","served_by":"duckdb","execution_time_ms":1.235,"row_count":1,"#
                + #""total_count":2,"limit":1,"offset":0,"rows":[{"period":"1970-01-01","avg_grade":null}],"#
                + #""summary":{"pearson_r":null}}"#)
    }
}
