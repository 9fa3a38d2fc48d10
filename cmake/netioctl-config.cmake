# find_package(netioctl CONFIG) for programs in C and C++ that use the driver:
#
#   find_package(netioctl 0.1 REQUIRED CONFIG PATHS .../cmake)
#   target_link_libraries(program PRIVATE netioctl::netioctl)
#
# The target has the folder of netioctl.h and netioctl_client.h, and what they are linked with. There is nothing to build.

if(NOT TARGET netioctl::netioctl)
  get_filename_component(netioctl_INCLUDE_DIR "${CMAKE_CURRENT_LIST_DIR}/../include" ABSOLUTE)
  add_library(netioctl::netioctl INTERFACE IMPORTED)
  set_target_properties(netioctl::netioctl PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${netioctl_INCLUDE_DIR}"
    INTERFACE_LINK_LIBRARIES setupapi)
endif()
