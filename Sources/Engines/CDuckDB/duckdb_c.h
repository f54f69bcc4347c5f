// The part of DuckDB's C interface that Rollbook uses, as DuckDB 2.0.0 has it.
//
// DuckDB's own header declares several hundred functions more and need not be installed to build Rollbook; only the
// library is linked. Names, types and numbers below are those of that library. What is added to them is nullability,
// which Swift turns into optionals.
//
// Rules for all of it:
// - A function that creates something through an `out_` pointer has a counterpart that destroys it. The counterpart
//   takes the pointer's address and sets it to NULL; given NULL it does nothing.
// - An out pointer must be destroyed after a failure too where the comment says so: it then holds the reason.
// - Text that comes back belongs to the object it was asked of, unless the comment says "free".
// - A database may be used by all threads. A connection, and what was made from it, by one at a time; only
//   duckdb_interrupt and duckdb_query_progress may come from another thread meanwhile.
// - Functions that run queries or open files block.

#ifndef ROLLBOOK_DUCKDB_C_H
#define ROLLBOOK_DUCKDB_C_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

// ---- Numbers --------------------------------------------------------------------------------------------------------

// Counts and positions. Columns and rows count from 0, parameters from 1.
typedef uint64_t idx_t;

typedef enum { DuckDBSuccess = 0, DuckDBError = 1 } duckdb_state;

// The type of a column. The comment says what one cell of such a vector is.
typedef enum {
    DUCKDB_TYPE_INVALID = 0,
    DUCKDB_TYPE_BOOLEAN = 1,    // bool
    DUCKDB_TYPE_TINYINT = 2,    // int8_t
    DUCKDB_TYPE_SMALLINT = 3,   // int16_t
    DUCKDB_TYPE_INTEGER = 4,    // int32_t
    DUCKDB_TYPE_BIGINT = 5,     // int64_t
    DUCKDB_TYPE_UTINYINT = 6,   // uint8_t
    DUCKDB_TYPE_USMALLINT = 7,  // uint16_t
    DUCKDB_TYPE_UINTEGER = 8,   // uint32_t
    DUCKDB_TYPE_UBIGINT = 9,    // uint64_t
    DUCKDB_TYPE_FLOAT = 10,     // float
    DUCKDB_TYPE_DOUBLE = 11,    // double
    DUCKDB_TYPE_TIMESTAMP = 12, // duckdb_timestamp, of no time zone
    DUCKDB_TYPE_DATE = 13,      // duckdb_date
    DUCKDB_TYPE_TIME = 14,      // int64_t, microseconds since midnight
    DUCKDB_TYPE_INTERVAL = 15,  // int32_t months, int32_t days, int64_t microseconds
    DUCKDB_TYPE_HUGEINT = 16,   // duckdb_hugeint; also the type of sum() over BIGINT
    DUCKDB_TYPE_VARCHAR = 17,   // duckdb_string_t, UTF-8
    DUCKDB_TYPE_BLOB = 18,      // duckdb_string_t
    DUCKDB_TYPE_DECIMAL = 19,   // an integer of the type that duckdb_decimal_internal_type says
    DUCKDB_TYPE_TIMESTAMP_S = 20,
    DUCKDB_TYPE_TIMESTAMP_MS = 21,
    DUCKDB_TYPE_TIMESTAMP_NS = 22,
    DUCKDB_TYPE_ENUM = 23,
    DUCKDB_TYPE_LIST = 24,
    DUCKDB_TYPE_STRUCT = 25,
    DUCKDB_TYPE_MAP = 26,
    DUCKDB_TYPE_UUID = 27,
    DUCKDB_TYPE_UNION = 28,
    DUCKDB_TYPE_BIT = 29,
    DUCKDB_TYPE_TIME_TZ = 30,
    DUCKDB_TYPE_TIMESTAMP_TZ = 31, // duckdb_timestamp, an instant (UTC)
    DUCKDB_TYPE_UHUGEINT = 32,
    DUCKDB_TYPE_ARRAY = 33,
    DUCKDB_TYPE_ANY = 34,
    DUCKDB_TYPE_BIGNUM = 35,
    DUCKDB_TYPE_SQLNULL = 36,
    DUCKDB_TYPE_STRING_LITERAL = 37,
    DUCKDB_TYPE_INTEGER_LITERAL = 38,
    DUCKDB_TYPE_TIME_NS = 39,
    DUCKDB_TYPE_GEOMETRY = 40,
    DUCKDB_TYPE_VARIANT = 41
} duckdb_type;

// The kind of an error. Those that DuckDB no longer raises are here too, so that every number has its name.
typedef enum {
    DUCKDB_ERROR_INVALID = 0, // no error, or one of no kind
    DUCKDB_ERROR_OUT_OF_RANGE = 1,
    DUCKDB_ERROR_CONVERSION = 2,
    DUCKDB_ERROR_UNKNOWN_TYPE = 3,
    DUCKDB_ERROR_DECIMAL = 4,
    DUCKDB_ERROR_MISMATCH_TYPE = 5,
    DUCKDB_ERROR_DIVIDE_BY_ZERO = 6,
    DUCKDB_ERROR_OBJECT_SIZE = 7,
    DUCKDB_ERROR_INVALID_TYPE = 8,
    DUCKDB_ERROR_SERIALIZATION = 9,
    DUCKDB_ERROR_TRANSACTION = 10,
    DUCKDB_ERROR_NOT_IMPLEMENTED = 11,
    DUCKDB_ERROR_EXPRESSION = 12,
    DUCKDB_ERROR_CATALOG = 13, // no such table, or there is one already
    DUCKDB_ERROR_PARSER = 14,
    DUCKDB_ERROR_PLANNER = 15,
    DUCKDB_ERROR_SCHEDULER = 16,
    DUCKDB_ERROR_EXECUTOR = 17,
    DUCKDB_ERROR_CONSTRAINT = 18,
    DUCKDB_ERROR_INDEX = 19,
    DUCKDB_ERROR_STAT = 20,
    DUCKDB_ERROR_CONNECTION = 21,
    DUCKDB_ERROR_SYNTAX = 22,
    DUCKDB_ERROR_SETTINGS = 23,
    DUCKDB_ERROR_BINDER = 24, // no such column, types that do not fit
    DUCKDB_ERROR_NETWORK = 25,
    DUCKDB_ERROR_OPTIMIZER = 26,
    DUCKDB_ERROR_NULL_POINTER = 27,
    DUCKDB_ERROR_IO = 28, // also: the file is open in another process
    DUCKDB_ERROR_INTERRUPT = 29,
    DUCKDB_ERROR_FATAL = 30, // the database must be opened anew
    DUCKDB_ERROR_INTERNAL = 31,
    DUCKDB_ERROR_INVALID_INPUT = 32,
    DUCKDB_ERROR_OUT_OF_MEMORY = 33, // memory_limit is reached; the process is well
    DUCKDB_ERROR_PERMISSION = 34,
    DUCKDB_ERROR_PARAMETER_NOT_RESOLVED = 35,
    DUCKDB_ERROR_PARAMETER_NOT_ALLOWED = 36,
    DUCKDB_ERROR_DEPENDENCY = 37,
    DUCKDB_ERROR_HTTP = 38,
    DUCKDB_ERROR_MISSING_EXTENSION = 39,
    DUCKDB_ERROR_AUTOLOAD = 40,
    DUCKDB_ERROR_SEQUENCE = 41,
    DUCKDB_INVALID_CONFIGURATION = 42
} duckdb_error_type;

// ---- Values ---------------------------------------------------------------------------------------------------------

typedef struct {
    int32_t days; // since 1970-01-01
} duckdb_date;

typedef struct {
    int64_t micros; // since 1970-01-01 00:00:00
} duckdb_timestamp;

// upper * 2^64 + lower
typedef struct {
    uint64_t lower;
    int64_t upper;
} duckdb_hugeint;

// value / 10^scale
typedef struct {
    uint8_t width; // decimal digits in all
    uint8_t scale; // of them behind the point
    duckdb_hugeint value;
} duckdb_decimal;

// A cell of text or bytes. Up to 12 bytes lie in the cell itself, from `prefix` on; longer text is at `pointer`, and
// lives as long as its chunk.
typedef struct {
    uint32_t length; // in bytes
    char prefix[4];
    char *_Nullable pointer;
} duckdb_string_t;

// How far a query is. `percentage` is -1 when nothing runs, and always without the setting enable_progress_bar (with
// enable_progress_bar_print off, lest DuckDB draws a bar itself).
typedef struct {
    double percentage;
    uint64_t rows_processed;
    uint64_t total_rows_to_process;
} duckdb_query_progress_type;

// A result is a value of 48 bytes that the caller provides; what it holds is reached by functions only.
typedef struct {
    uint64_t reserved[5];
    void *_Nullable internal_data;
} duckdb_result;

// ---- Handles --------------------------------------------------------------------------------------------------------
//
// Structures of different names, so that the compiler, Swift's too, tells one kind of handle from another.

typedef struct _duckdb_appender { void *_Nullable internal; } *duckdb_appender;
typedef struct _duckdb_config { void *_Nullable internal; } *duckdb_config;
typedef struct _duckdb_connection { void *_Nullable internal; } *duckdb_connection;
typedef struct _duckdb_data_chunk { void *_Nullable internal; } *duckdb_data_chunk;
typedef struct _duckdb_database { void *_Nullable internal; } *duckdb_database;
typedef struct _duckdb_error_data { void *_Nullable internal; } *duckdb_error_data;
typedef struct _duckdb_logical_type { void *_Nullable internal; } *duckdb_logical_type;
typedef struct _duckdb_prepared_statement { void *_Nullable internal; } *duckdb_prepared_statement;
typedef struct _duckdb_vector { void *_Nullable internal; } *duckdb_vector;

// ---- The library ----------------------------------------------------------------------------------------------------

// Such as "v2.0.0".
const char *duckdb_library_version(void);

// The most rows that a chunk holds (2048).
idx_t duckdb_vector_size(void);

// Frees memory that DuckDB handed over.
void duckdb_free(void *_Nullable memory);

// ---- Opening --------------------------------------------------------------------------------------------------------

duckdb_state duckdb_create_config(duckdb_config _Nullable *_Nonnull out_config);

// Fails for a value that the setting cannot have. An unknown name is reported only by duckdb_open_ext.
duckdb_state duckdb_set_config(duckdb_config config, const char *name, const char *value);

// The configuration is no longer needed once the database is open.
void duckdb_destroy_config(duckdb_config _Nullable *_Nonnull config);

// Opens or creates the database in the file `path`, or one in memory for NULL and ":memory:". A file can be open in one
// process only. Do not open it twice in the same process: closing either one would give up the lock on the file.
// `out_error` is only set by a failure; free it.
duckdb_state duckdb_open_ext(const char *_Nullable path, duckdb_database _Nullable *_Nonnull out_database,
                             duckdb_config _Nullable config, char *_Nullable *_Nullable out_error);

// Connections keep the database open until the last of them is gone.
void duckdb_close(duckdb_database _Nullable *_Nonnull database);

duckdb_state duckdb_connect(duckdb_database database, duckdb_connection _Nullable *_Nonnull out_connection);
void duckdb_disconnect(duckdb_connection _Nullable *_Nonnull connection);

// Ends what the connection runs with DUCKDB_ERROR_INTERRUPT; the connection stays usable. When nothing runs yet, the
// call is forgotten: repeat it until the query has returned.
void duckdb_interrupt(duckdb_connection connection);

duckdb_query_progress_type duckdb_query_progress(duckdb_connection connection);

// ---- Queries --------------------------------------------------------------------------------------------------------

// Runs one or more statements without parameters; the result is the last one's. Destroy the result after a failure too.
duckdb_state duckdb_query(duckdb_connection connection, const char *sql, duckdb_result *_Nullable out_result);

// Prepares exactly one statement. Destroy it after a failure too; duckdb_prepare_error then has the message, and only
// the message: its beginning ("Parser Error: ") is all that tells the kind.
duckdb_state duckdb_prepare(duckdb_connection connection, const char *sql,
                            duckdb_prepared_statement _Nullable *_Nonnull out_statement);
void duckdb_destroy_prepare(duckdb_prepared_statement _Nullable *_Nonnull statement);
const char *_Nullable duckdb_prepare_error(duckdb_prepared_statement _Nullable statement);

// Runs it with what is bound, and holds all rows. Destroy the result after a failure too.
duckdb_state duckdb_execute_prepared(duckdb_prepared_statement statement, duckdb_result *_Nullable out_result);

// The same, but rows are made as they are fetched: little memory, the connection is busy until the result is destroyed,
// and an error can come with any chunk.
duckdb_state duckdb_execute_prepared_streaming(duckdb_prepared_statement statement, duckdb_result *out_result);

// ---- Parameters -----------------------------------------------------------------------------------------------------

idx_t duckdb_nparams(duckdb_prepared_statement statement);

// The name of `$name` without its sign, or the number as text. Free it. NULL: there is no such parameter.
const char *_Nullable duckdb_parameter_name(duckdb_prepared_statement statement, idx_t index);

// The number of the parameter `$name`; `name` is without its sign.
duckdb_state duckdb_bind_parameter_index(duckdb_prepared_statement statement, idx_t *out_index, const char *name);

duckdb_state duckdb_clear_bindings(duckdb_prepared_statement statement);

duckdb_state duckdb_bind_boolean(duckdb_prepared_statement statement, idx_t index, bool value);
duckdb_state duckdb_bind_date(duckdb_prepared_statement statement, idx_t index, duckdb_date value);
duckdb_state duckdb_bind_decimal(duckdb_prepared_statement statement, idx_t index, duckdb_decimal value);
duckdb_state duckdb_bind_double(duckdb_prepared_statement statement, idx_t index, double value);
duckdb_state duckdb_bind_int32(duckdb_prepared_statement statement, idx_t index, int32_t value);
duckdb_state duckdb_bind_int64(duckdb_prepared_statement statement, idx_t index, int64_t value);
duckdb_state duckdb_bind_null(duckdb_prepared_statement statement, idx_t index);
duckdb_state duckdb_bind_timestamp(duckdb_prepared_statement statement, idx_t index, duckdb_timestamp value);

// `text` is UTF-8 of `length` bytes (anything else fails), may hold zeros, and is copied.
duckdb_state duckdb_bind_varchar_length(duckdb_prepared_statement statement, idx_t index, const char *text,
                                        idx_t length);

// ---- Results --------------------------------------------------------------------------------------------------------

void duckdb_destroy_result(duckdb_result *result);

// NULL when there was no error.
const char *_Nullable duckdb_result_error(duckdb_result *result);
duckdb_error_type duckdb_result_error_type(duckdb_result *result);

// The rows that an INSERT, UPDATE or DELETE touched; otherwise 0.
idx_t duckdb_rows_changed(duckdb_result *result);

idx_t duckdb_column_count(duckdb_result *result);
const char *_Nullable duckdb_column_name(duckdb_result *result, idx_t column);
duckdb_type duckdb_column_type(duckdb_result *result, idx_t column);

// Destroy it.
duckdb_logical_type _Nullable duckdb_column_logical_type(duckdb_result *result, idx_t column);

// The next rows, in a chunk of their own to destroy, which outlives the result. NULL after the last, and when a
// streaming result failed: ask duckdb_result_error.
duckdb_data_chunk _Nullable duckdb_fetch_chunk(duckdb_result result);

// ---- Types ----------------------------------------------------------------------------------------------------------

// For types without particulars; a DECIMAL is made by the function after it.
duckdb_logical_type duckdb_create_logical_type(duckdb_type type);
duckdb_logical_type duckdb_create_decimal_type(uint8_t width, uint8_t scale);
void duckdb_destroy_logical_type(duckdb_logical_type _Nullable *_Nonnull type);

duckdb_type duckdb_get_type_id(duckdb_logical_type type);

// Of a DECIMAL type only. The internal type is SMALLINT up to 4 digits, INTEGER up to 9, BIGINT up to 18, else HUGEINT.
uint8_t duckdb_decimal_width(duckdb_logical_type type);
uint8_t duckdb_decimal_scale(duckdb_logical_type type);
duckdb_type duckdb_decimal_internal_type(duckdb_logical_type type);

// ---- Chunks and vectors ---------------------------------------------------------------------------------------------
//
// A chunk is up to duckdb_vector_size() rows, one vector for each column. Vectors belong to their chunk.

// NULL for types that cannot be stored. The types are copied.
duckdb_data_chunk _Nullable duckdb_create_data_chunk(duckdb_logical_type _Nullable *_Nonnull types,
                                                     idx_t column_count);
void duckdb_destroy_data_chunk(duckdb_data_chunk _Nullable *_Nonnull chunk);

// Empties it for new rows. Pointers into its vectors are to be asked for again.
void duckdb_data_chunk_reset(duckdb_data_chunk chunk);

idx_t duckdb_data_chunk_get_column_count(duckdb_data_chunk chunk);
duckdb_vector _Nullable duckdb_data_chunk_get_vector(duckdb_data_chunk chunk, idx_t column);
idx_t duckdb_data_chunk_get_size(duckdb_data_chunk chunk);
void duckdb_data_chunk_set_size(duckdb_data_chunk chunk, idx_t size);

// The cells, one after another; what is in those of NULLs is undefined.
void *_Nullable duckdb_vector_get_data(duckdb_vector vector);

// One bit for each row, lowest first, 1 for a value and 0 for NULL. NULL: all are values.
uint64_t *_Nullable duckdb_vector_get_validity(duckdb_vector vector);

// To be called before validity bits are set in a chunk that one fills; after it duckdb_vector_get_validity is not NULL.
void duckdb_vector_ensure_validity_writable(duckdb_vector vector);

bool duckdb_validity_row_is_valid(uint64_t *_Nullable validity, idx_t row);
void duckdb_validity_set_row_validity(uint64_t *validity, idx_t row, bool is_valid);

// Copies `length` bytes of UTF-8 into a VARCHAR's cell. Bytes that are not UTF-8 become NULL without an error.
void duckdb_vector_assign_string_element_len(duckdb_vector vector, idx_t row, const char *text, idx_t length);

// ---- Appending ------------------------------------------------------------------------------------------------------

// For NULL, the catalog and schema are the connection's own. Destroy the appender after a failure too.
duckdb_state duckdb_appender_create_ext(duckdb_connection connection, const char *_Nullable catalog,
                                        const char *_Nullable schema, const char *table,
                                        duckdb_appender _Nullable *_Nonnull out_appender);

// The chunk's columns are the table's, in its order and number. The rows are copied: reset the chunk and fill it again.
duckdb_state duckdb_append_data_chunk(duckdb_appender appender, duckdb_data_chunk chunk);

// Rows reach the table in large groups, or when one of these is called, and constraints are checked only then. A
// failure drops all rows that were not flushed yet, and says so once: the next flush and close succeed. So heed each.
duckdb_state duckdb_appender_flush(duckdb_appender appender);
duckdb_state duckdb_appender_close(duckdb_appender appender);

// Closes as well, but once destroyed nobody can be asked what went wrong: close first. Fails after any earlier failure.
duckdb_state duckdb_appender_destroy(duckdb_appender _Nullable *_Nonnull appender);

// The message alone, and message with kind, the latter to destroy.
const char *_Nullable duckdb_appender_error(duckdb_appender _Nullable appender);
duckdb_error_data _Nullable duckdb_appender_error_data(duckdb_appender appender);

bool duckdb_error_data_has_error(duckdb_error_data error);
duckdb_error_type duckdb_error_data_error_type(duckdb_error_data error);
const char *_Nullable duckdb_error_data_message(duckdb_error_data error);
void duckdb_destroy_error_data(duckdb_error_data _Nullable *_Nonnull error);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif

#endif
