#ifndef SE_LLHTTP_API_H_
#define SE_LLHTTP_API_H_

#include <cstddef>
#include <cstdint>

// The functions of llhttp 9.4 that we use. Node's binary has the library linked in and exports it, but ships no header.
extern "C" {

// A parser's state. Only `data` is ours to look at; the layout is that of the library's generated code.
struct llhttp_t {
  int32_t index;
  void* span_start;
  void* span_callback;
  int32_t error;
  const char* reason;
  const char* error_position;
  void* data;
  void* current;
  uint64_t content_length;
  uint8_t type;
  uint8_t method;
  uint8_t http_major;
  uint8_t http_minor;
  uint8_t header_state;
  uint16_t lenient_flags;
  uint8_t upgrade;
  uint8_t finish;
  uint16_t flags;
  uint16_t status_code;
  uint8_t initial_message_completed;
  const void* settings;
};
static_assert(offsetof(llhttp_t, data) == 0x30 && offsetof(llhttp_t, settings) == 0x58, "as the library has it");

using llhttp_cb = int (*)(llhttp_t*);
using llhttp_data_cb = int (*)(llhttp_t*, const char* at, size_t length);

struct llhttp_settings_t {
  llhttp_cb on_message_begin = nullptr;
  llhttp_data_cb on_protocol = nullptr;
  llhttp_data_cb on_url = nullptr;
  llhttp_data_cb on_status = nullptr;
  llhttp_data_cb on_method = nullptr;
  llhttp_data_cb on_version = nullptr;
  llhttp_data_cb on_header_field = nullptr;
  llhttp_data_cb on_header_value = nullptr;
  llhttp_data_cb on_chunk_extension_name = nullptr;
  llhttp_data_cb on_chunk_extension_value = nullptr;
  llhttp_cb on_headers_complete = nullptr;
  llhttp_data_cb on_body = nullptr;
  llhttp_cb on_message_complete = nullptr;
  llhttp_cb on_protocol_complete = nullptr;
  llhttp_cb on_url_complete = nullptr;
  llhttp_cb on_status_complete = nullptr;
  llhttp_cb on_method_complete = nullptr;
  llhttp_cb on_version_complete = nullptr;
  llhttp_cb on_header_field_complete = nullptr;
  llhttp_cb on_header_value_complete = nullptr;
  llhttp_cb on_chunk_extension_name_complete = nullptr;
  llhttp_cb on_chunk_extension_value_complete = nullptr;
  llhttp_cb on_chunk_header = nullptr;
  llhttp_cb on_chunk_complete = nullptr;
  llhttp_cb on_reset = nullptr;
};

enum { HTTP_REQUEST = 1, HTTP_RESPONSE = 2 };
// Errors: 0 is none. Callbacks answer HPE_USER when they have set a reason of their own.
enum { HPE_OK = 0, HPE_PAUSED_UPGRADE = 22, HPE_USER = 24 };

void llhttp_init(llhttp_t* parser, int type, const llhttp_settings_t* settings);
int llhttp_execute(llhttp_t* parser, const char* data, size_t length);
int llhttp_finish(llhttp_t* parser);
void llhttp_pause(llhttp_t* parser);
void llhttp_resume(llhttp_t* parser);
void llhttp_resume_after_upgrade(llhttp_t* parser);
const char* llhttp_get_error_pos(const llhttp_t* parser);
const char* llhttp_get_error_reason(const llhttp_t* parser);
void llhttp_set_error_reason(llhttp_t* parser, const char* reason);
const char* llhttp_errno_name(int error);
uint8_t llhttp_get_type(llhttp_t* parser);
uint8_t llhttp_get_method(llhttp_t* parser);
uint8_t llhttp_get_http_major(llhttp_t* parser);
uint8_t llhttp_get_http_minor(llhttp_t* parser);
uint8_t llhttp_get_upgrade(llhttp_t* parser);
int llhttp_get_status_code(llhttp_t* parser);
int llhttp_should_keep_alive(const llhttp_t* parser);

void llhttp_set_lenient_headers(llhttp_t* parser, int enabled);
void llhttp_set_lenient_chunked_length(llhttp_t* parser, int enabled);
void llhttp_set_lenient_keep_alive(llhttp_t* parser, int enabled);
void llhttp_set_lenient_transfer_encoding(llhttp_t* parser, int enabled);
void llhttp_set_lenient_version(llhttp_t* parser, int enabled);
void llhttp_set_lenient_data_after_close(llhttp_t* parser, int enabled);
void llhttp_set_lenient_optional_lf_after_cr(llhttp_t* parser, int enabled);
void llhttp_set_lenient_optional_crlf_after_chunk(llhttp_t* parser, int enabled);
void llhttp_set_lenient_optional_cr_before_lf(llhttp_t* parser, int enabled);
void llhttp_set_lenient_spaces_after_chunk_size(llhttp_t* parser, int enabled);

}  // extern "C"

#endif  // SE_LLHTTP_API_H_
